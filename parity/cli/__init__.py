"""The command line. One file a verb, imported when it is called."""
