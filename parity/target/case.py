"""A case: a folder with case.toml, that file, or a name under golden/."""

import difflib
from os import PathLike
from pathlib import Path

from parity.case import FILE, MODELS, Case, find, in_folder, is_meant
from parity.errors import UsageError
from parity.target.served import is_served
from parity.target.zoo import is_zoo

ROOT = Path("golden")
"""Where cases lie that are named by name alone, from the working folder."""


def is_case(name: str | PathLike[str]) -> bool:
    """Whether a name is a case: folder, file, or, where nothing lies there, nearly its name.

    Raises UsageError for a name that is one under golden/ and something else in this folder.
    """
    path = Path(name)
    if is_zoo(name) or is_served(name):
        return False
    if case_at(path):
        return True
    _told_apart(path)
    if path.exists() or path.suffix in MODELS:
        return False
    if any(Path(f"{path}{end}").exists() for end in MODELS):
        return False
    known = [folder.parent.name for folder in ROOT.glob(f"*/{FILE}")]
    # One that is nearly the name of a case: `find_case` then says which.
    return bool(difflib.get_close_matches(str(path), known, n=1))


def _told_apart(path: Path) -> None:
    if len(path.parts) == 1 and path.exists() and (ROOT / path / FILE).exists():
        raise UsageError(
            f"{path}: is here, and a case of that name is under {ROOT}; "
            f"write {ROOT / path}, or the whole path of what is here"
        )


def case_at(path: Path) -> bool:
    """Whether a path is the folder or the file of a case, right or wrong."""
    return is_meant(path.name) or in_folder(path) is not None


def find_case(name: str | PathLike[str]) -> Case:
    """The case of a name. Raises CaseError, listing those under golden/, or naming the line."""
    return find(str(name), (ROOT,))
