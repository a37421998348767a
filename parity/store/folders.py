"""Models of the store: a folder each, with a card that lists what is in it."""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from parity.errors import OutputError
from parity.from_json import from_json
from parity.store.machine import machine
from parity.store.place import place
from parity.store.places.protocol import CARD, Place
from parity.store.room import grown

_SCHEMA = 1


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
        folder = f"{self.name}/{key}"
        try:
            listed = _listed(root, folder, key)
            for name, held in listed.items():
                root.copy(f"{folder}/{held.get('at', name)}", into / name, held["bytes"])
                _hold(into / name, held)
        except FileNotFoundError:
            # Not there, or taken away meanwhile; a file alone that is missing is damage.
            _clean(into)
            with contextlib.suppress(OSError):
                root.read(f"{folder}/{CARD}")
                root.discard(folder)
            return False
        except (ValueError, KeyError, TypeError, AttributeError):
            _clean(into)
            root.discard(folder)
            return False
        except OSError:  # a share that isn't mounted; the disk of ``into`` tells of itself later
            _clean(into)
            return False
        root.use(f"{folder}/{CARD}")
        return True

    def put(self, decided_by: Mapping[str, object], made: Path) -> None:
        """Keep a copy of a folder. A store that can't be written to changes nothing."""
        root = place()
        if root is None:
            return
        key = key_of(decided_by)
        size = 0
        with contextlib.suppress(OSError, OutputError):
            with root.filling(f"{self.name}/{key}") as into:
                listed: dict[str, dict[str, Any]] = {}
                for path in sorted(p for p in made.rglob("*") if p.is_file()):
                    name = path.relative_to(made).as_posix()
                    listed[name] = into.add(path, name)
                    size += listed[name]["bytes"]
                card = {"schema": _SCHEMA, "key": key, "decided_by": decided_by, "files": listed}
                card["sha256"] = _digest(card)
                into.seal((json.dumps(card, indent=1) + "\n").encode())
            grown(root, size)


def key_of(decided_by: Mapping[str, object]) -> str:
    """The hexadecimal SHA-256 of facts and of the machine."""
    facts = {"facts": decided_by, "machine": machine()}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _listed(root: Place, folder: str, key: str) -> dict[str, dict[str, Any]]:
    """Files of an entry. Raises ValueError and its like for a card that is damaged or another's."""
    card = from_json(root.read(f"{folder}/{CARD}").decode())
    told = {name: value for name, value in card.items() if name != "sha256"}
    if card["schema"] != _SCHEMA or card["key"] != key or card["sha256"] != _digest(told):
        raise ValueError(CARD)
    listed: dict[str, dict[str, Any]] = card["files"]
    for name in (*listed, *(held.get("at", "") for held in listed.values())):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(name)
    return listed


def _digest(card: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()


def _hold(path: Path, held: Mapping[str, Any]) -> None:
    """Raises ValueError for a file that isn't what the card says."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if path.stat().st_size != held["bytes"] or digest != held["sha256"]:
        raise ValueError(path.name)


def _clean(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
