"""Become a foreign program, under the limits of parity's processes: ``_command PROGRAM …``."""

import os
import sys

if __name__ == "__main__":
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606
