"""Find the file that says what holds for a project."""

import os
from collections.abc import Mapping
from pathlib import Path

from parity.closed import File, Table
from parity.errors import CaseError, UsageError

OWN, PROJECT = "parity.toml", "pyproject.toml"

_ROOTS = (".git", ".hg")

OFF = "PARITY_NO_SETTINGS"
"""Of the environment: set to anything but 0, no file is read."""


def ignored(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether settings are to be left alone."""
    return environment.get(OFF, "0") not in ("", "0")


def find(start: Path) -> Table | None:
    """The tables of the nearest file with settings; None where there is none.

    From a folder upwards, as pytest looks for its own: the first folder wins that has a
    ``parity.toml``, or a ``pyproject.toml`` with ``[tool.parity]``. The folder with ``.git`` or
    ``.hg`` is the last one. Raises UsageError where one can't be read, or both stand side by side.
    """
    for folder in (start, *start.parents):
        found = _inside(folder)
        if found is not None:
            return found
        if any((folder / name).exists() for name in _ROOTS):
            return None
    return None


def _inside(folder: Path) -> Table | None:
    own, project = folder / OWN, folder / PROJECT
    try:
        tables = [File(own).root()] if own.is_file() else []
        if project.is_file() and (table := _of_project(project)) is not None:
            tables.append(table)
    except CaseError as error:
        raise UsageError(f"{error}; --no-settings leaves it alone") from error
    if len(tables) > 1:
        raise UsageError(
            f"{project}: has [tool.parity], and {OWN} lies beside it: which of them holds? Keep one"
        )
    return tables[0] if tables else None


def _of_project(path: Path) -> Table | None:
    # Most have no such table, and need not be read by anybody here.
    text = path.read_bytes()
    if b"parity" not in text:
        return None
    tools = File(path).root().table("tool")
    return tools.table("parity") if "parity" in tools else None
