"""``zoo.json``: what a built folder holds, and whether it still does."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parity.errors import ZooError
from parity.from_json import from_json
from parity.model.hashes import sha256

NAME = "zoo.json"
SCHEMA = 1
SMALL_BYTES = 4 << 20  # hashed anew at every use; larger files only by their size


def write(folder: Path, facts: Mapping[str, Any]) -> None:
    """List every file of the folder, beside the given facts."""
    held = {
        str(path.relative_to(folder)): {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    whole = {"schema": SCHEMA, **facts, "files": held}
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", "utf-8")


def intact(folder: Path, identity: str) -> bool:
    """Whether the folder is the build of that identity, with every file as it was written.

    False, never an error, for a folder that is missing, damaged or another build.
    """
    try:
        facts = from_json((folder / NAME).read_text("utf-8"))
        if facts["identity"] != identity or facts["schema"] != SCHEMA or not facts["files"]:
            return False
        return all(_same(folder / name, held) for name, held in facts["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _same(path: Path, held: Mapping[str, Any]) -> bool:
    size = path.stat().st_size
    if size != held["bytes"]:
        return False
    return size > SMALL_BYTES or sha256(path) == held["sha256"]


def provenance(folder: Path) -> dict[str, Any]:
    """What ``zoo.json`` says of a built folder. Raises ZooError if there is none to read."""
    try:
        facts = from_json((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ZooError(f"{folder / NAME}: can't be read: {error}") from error
    if not isinstance(facts, dict) or facts.get("schema") != SCHEMA:
        raise ZooError(f"{folder / NAME}: is not of schema {SCHEMA}")
    return facts
