"""Candidates that were made before: a folder each, found by a hash of all that decided them."""

import contextlib
import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from parity import files, temporary
from parity.cached import hold, made_now, prune, used
from parity.errors import OutputError, ParityError
from parity.exports._content import facts
from parity.exports._installed import installed
from parity.from_json import from_json
from parity.model.hashes import sha256
from parity.store.folders import Shelf
from parity.store.room import EXPORTS
from parity.version import __version__

MODEL = "model.onnx"
CARD = "candidate.json"
_SHELF = Shelf(EXPORTS)
_SCHEMA = 2


@dataclass(frozen=True)
class Candidate:
    """One that is whole. coverage: "" if nothing was lowered. sha256: of the file."""

    path: Path
    coverage: str
    opset: int
    ir_version: int
    nodes: int
    content: str
    sha256: str


def take(label: str, decided_by: Mapping[str, str], make: Callable[[Path], str]) -> Candidate:
    """The candidate of these facts: the one kept if it is whole, else made anew.

    label: begins the folder's name. make: writes the model to a path and returns
    the coverage. Two processes that want the same wait for each other.
    """
    key = hashlib.sha256(json.dumps(dict(decided_by), sort_keys=True).encode()).hexdigest()
    folder = files.cache() / "candidates" / f"{label}-{key[:16]}"
    temporary.sweep(folder.parent)
    kept = _read(folder, key)  # without the lock: a cache that can't be written to still serves
    if kept is not None:
        return kept
    with _alone(folder):
        kept = _read(folder, key)
        if kept is not None:
            return kept
        # Of another environment only versions are known, which say little of what is in it.
        shared = "environment" not in decided_by
        with files.folder(folder, replace=True) as into:
            fetched = shared and _SHELF.fetch(decided_by, into)
            if not fetched:
                _write(into, key, decided_by, make(into / MODEL))
                if shared:
                    _SHELF.put(decided_by, into)
        made = _read(folder, key)
    if made is None:
        raise OutputError(f"{folder}: was written but can't be read back")
    if not fetched:
        made_now(folder)
    prune(folder.parent, CARD)
    return made


def _write(folder: Path, key: str, decided_by: Mapping[str, str], coverage: str) -> None:
    found = facts(folder / MODEL)
    card = {
        "schema": _SCHEMA,
        "key": key,
        "decided_by": dict(decided_by),
        "coverage": coverage,
        **asdict(found),
        "sha256": sha256(folder / MODEL),
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n", "utf-8")


_AS = {
    "paddle": ("paddlepaddle", "paddlepaddle-gpu"),
    "onnxruntime": ("onnxruntime", "onnxruntime-gpu"),
}


def installs(*modules: str) -> dict[str, str]:
    """What a candidate depends on, as it is really installed."""
    return {"parity": __version__} | {m: installed(m, *_AS.get(m, ())) for m in modules}


def sources(*paths: str | None) -> str:
    """Hash of program files, so that a changed one makes candidates anew."""
    whole = hashlib.sha256()
    for path in paths:
        if path:
            whole.update(Path(path).read_bytes())
    return whole.hexdigest()


def _read(folder: Path, key: str) -> Candidate | None:
    path = folder / MODEL
    if not hold(folder):
        return None
    try:
        card = from_json((folder / CARD).read_text("utf-8"))
        if card["schema"] != _SCHEMA or card["key"] != key or card["sha256"] != sha256(path):
            return None
        used(folder / CARD)
        return Candidate(
            path,
            str(card["coverage"]),
            int(card["opset"]),
            int(card["ir_version"]),
            int(card["nodes"]),
            str(card["content"]),
            str(card["sha256"]),
        )
    except (OSError, ValueError, KeyError, TypeError, ParityError):
        return None


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a lock that goes when this process does."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = (folder.parent / f".{folder.name}.lock").open("w")
    except OSError as error:
        raise OutputError(f"{folder}: can't be written: {error.strerror or error}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
