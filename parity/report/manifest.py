"""What a bundle says of itself, so that it can be told from a folder of somebody's."""

import json
from pathlib import Path

from parity import files
from parity.errors import ParityError
from parity.model.hashes import sha256
from parity.report.marks import HEADS, MADE_BY

NAME = "bundle.json"


def write(folder: Path, *, of: str) -> None:
    """List all that is in a new bundle. of: what it is evidence of; none of another replaces it."""
    held = {name: sha256(folder / name) for name in _names(folder)}
    text = json.dumps({"schema": 1, "made_by": MADE_BY, "of": of, "files": held}, indent=2)
    files.write(folder / NAME, text + "\n")


def of(folder: Path) -> str | None:
    """What a bundle is evidence of; None for a folder that is none."""
    known = _read(folder)
    return None if known is None else str(known.get("of", ""))


def foreign(folder: Path) -> list[str]:
    """What in a folder is lost if a bundle replaces it: all that isn't as parity left it."""
    known = _read(folder)
    if known is None and [entry.name for entry in folder.iterdir()] == ["report.json"]:
        # Nothing but a report, which says itself whose it is.
        with (folder / "report.json").open("rb") as file:
            return [] if HEADS["json"].match(file.read(256)) else ["report.json"]
    listed = known["files"] if known else {}
    tops = {NAME, *(Path(name).parts[0] for name in listed)} if known else set()
    # The top first: somebody's folder may be the whole disk.
    strange = sorted(entry.name for entry in folder.iterdir() if entry.name not in tops)
    return strange or [
        name
        for name in _names(folder)
        if name != NAME and not _same(folder / name, listed.get(name))
    ]


def _same(path: Path, digest: object) -> bool:
    try:
        return not path.is_symlink() and path.is_file() and sha256(path) == digest
    except (OSError, ParityError):
        return False


def _names(folder: Path) -> list[str]:
    """Everything below, folders only where nothing is in them."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir())
    )


def _read(folder: Path) -> dict[str, dict[str, str]] | None:
    try:
        known = json.loads((folder / NAME).read_text("utf-8"))
        ours = str(known["made_by"]).startswith("parity ") and isinstance(known["files"], dict)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return known if ours else None
