"""Models of the store: a folder each, with a card that lists what is in it."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from parity import files, temporary
from parity.errors import OutputError
from parity.from_json import from_json
from parity.store.machine import machine
from parity.store.place import place
from parity.store.room import grown

CARD = "store.json"
_SCHEMA = 1
_PIECE = 1 << 20


@dataclass(frozen=True)
class Shelf:
    """A kind of models: ``references``, ``exports``."""

    name: str

    def fetch(self, decided_by: Mapping[str, object], into: Path) -> bool:
        """Copy what these facts decide into an empty folder, each file held against its hash.

        False where it isn't there, or not whole: what is damaged is removed, and ``into`` empty.
        """
        root = place()
        if root is None:
            return False
        key = key_of(decided_by)
        folder = root / self.name / key
        try:
            listed = _listed(folder, key)
            for name, held in listed.items():
                _copy(folder / name, into / name, held)
        except FileNotFoundError:
            # Not there, or taken away meanwhile; a file alone that is missing is damage.
            _clean(into)
            if (folder / CARD).is_file():
                discard(folder)
            return False
        except (ValueError, KeyError, TypeError, AttributeError):
            _clean(into)
            discard(folder)
            return False
        except OSError:  # a share that isn't mounted; the disk of ``into`` tells of itself later
            _clean(into)
            return False
        with contextlib.suppress(OSError):
            os.utime(folder / CARD)
        return True

    def put(self, decided_by: Mapping[str, object], made: Path) -> None:
        """Keep a copy of a folder. A store that can't be written to changes nothing."""
        root = place()
        if root is None:
            return
        key = key_of(decided_by)
        folder = root / self.name / key
        size = 0
        with contextlib.suppress(OSError, OutputError), files.folder(folder, replace=True) as into:
            listed: dict[str, dict[str, Any]] = {}
            for path in sorted(p for p in made.rglob("*") if p.is_file()):
                name = path.relative_to(made).as_posix()
                listed[name] = _copied(path, into / name)
                size += listed[name]["bytes"]
            card = {"schema": _SCHEMA, "key": key, "decided_by": decided_by, "files": listed}
            card["sha256"] = _digest(card)
            (into / CARD).write_text(json.dumps(card, indent=1) + "\n", "utf-8")
        grown(root, size)


def key_of(decided_by: Mapping[str, object]) -> str:
    """The hexadecimal SHA-256 of facts and of the machine."""
    facts = {"facts": decided_by, "machine": machine()}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def discard(folder: Path) -> None:
    """Take an entry away as a whole, under another name first."""
    with contextlib.suppress(OSError):
        parent = folder.parent
        name = tempfile.mkdtemp(dir=parent, prefix=temporary.PREFIX, suffix=temporary.SUFFIX)
        folder.rename(name)
        shutil.rmtree(name, ignore_errors=True)


def _listed(folder: Path, key: str) -> dict[str, dict[str, Any]]:
    """Files of an entry. Raises ValueError and its like for a card that is damaged or another's."""
    card = from_json((folder / CARD).read_text("utf-8"))
    told = {name: value for name, value in card.items() if name != "sha256"}
    if card["schema"] != _SCHEMA or card["key"] != key or card["sha256"] != _digest(told):
        raise ValueError(CARD)
    listed: dict[str, dict[str, Any]] = card["files"]
    for name in listed:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(name)
    return listed


def _digest(card: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()


def _copy(source: Path, target: Path, held: Mapping[str, Any]) -> None:
    if _copied(source, target) != held:
        raise ValueError(source.name)


def _copied(source: Path, target: Path) -> dict[str, Any]:
    """Copy a file; its size, and the hash of what was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    whole, size = hashlib.sha256(), 0
    with source.open("rb") as read, target.open("wb") as written:
        while piece := read.read(_PIECE):
            whole.update(piece)
            written.write(piece)
            size += len(piece)
    return {"bytes": size, "sha256": whole.hexdigest()}


def _clean(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
