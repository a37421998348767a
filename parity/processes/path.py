"""What a process of parity's may import: what this one may, and nothing from where the user stands.

Python puts the working folder, or the script's, before its own library. A child
that did so too would run the user's ``json.py``. Children are started without it
(``-P``) and without the environment's say (``-E``); what this process may import
besides is told to them.
"""

import os
import sys
from pathlib import Path

PACKAGE = str(Path(__file__).absolute().parents[1])
"""The package that is running, which children import by its place."""


def flags() -> list[str]:
    """Options of the interpreter: no environment, safe path, and what this one was told."""
    told = ["-E", "-P", "-X", f"utf8={sys.flags.utf8_mode}"]
    if sys.flags.no_user_site:
        told.append("-s")
    if sys.dont_write_bytecode:
        told.append("-B")
    return told


FOREIGN_FLAGS = ["-I", "-B"]
"""Of another interpreter: nothing of where the user stands, nor of this one's environment, and
nothing written beside our files. ``-P`` alone is new in Python 3.11."""


def entries() -> tuple[list[str], list[str]]:
    """Folders to import from before the interpreter's own, and behind them.

    Before: what ``PYTHONPATH`` names, which is meant to come first. Behind: what was
    added to ``sys.path`` since. Left out: the working folder, unless ``PYTHONPATH``
    names it in full.
    """
    here = _working_folder()
    first = []
    for name in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        if Path(name).is_absolute():
            first.append(name)
        elif here is not None and here / name != here:  # nor "" and "."
            first.append(str(here / name))
    last = [p for p in sys.path if Path(p).is_absolute() and p not in first and Path(p) != here]
    return first, last


def _working_folder() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # it was removed
        return None
