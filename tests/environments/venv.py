"""Environments of their own, from the registry."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from parity.processes.interpreter import Interpreter, interpreter


def built(folder: Path, packages: Sequence[str], *, python: str = sys.executable) -> Interpreter:
    """A venv with these packages."""
    subprocess.run([python, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", *packages], check=True)
    return interpreter(folder)


def named_or_built(variable: str, folder: Path, packages: Sequence[str]) -> Interpreter:
    """The one that a variable of the environment names, for who has it already; else a new one."""
    named = os.environ.get(variable)
    return interpreter(Path(named)) if named else built(folder, packages)
