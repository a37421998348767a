"""What parity does, for programs: the command line and the pytest plugin stand on it too.

The names that users take are in ``parity`` itself, which imports these files when they are used.
"""
