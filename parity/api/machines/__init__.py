"""Where the cells of a case are run: on this machine, or by a fleet."""
