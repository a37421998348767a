"""The files that a case needs, by hash: found on the worker, or sent there."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from parity import files
from parity.cached import hold
from parity.case import Case
from parity.errors import CaseError, ParityError
from parity.gate import models
from parity.gate.models import Roots
from parity.model.hashes import sha256

MOST_SENT = 256e6
"""Bytes of files that are sent for a case. The scheduler holds them in memory; what is larger is
to lie under the worker's own models root, or in a folder that all machines see."""

_CASE, _MODELS = "case", "models"


@dataclass(frozen=True)
class Parcel:
    """folder: of the case, and models: the models root, where the command runs; None for none.

    held: SHA-256 by path, below ``case/`` or ``models/``. bytes: of all together.
    """

    folder: Path
    models: Path | None
    held: Mapping[str, str]
    bytes: int = 0
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        """Name it by what is in it, wherever it lies."""
        text = json.dumps([self.folder.name, sorted(self.held.items())])
        object.__setattr__(self, "digest", hashlib.sha256(text.encode()).hexdigest())

    def path(self, name: str) -> Path:
        """Where a file of it lies, here."""
        room, _, rest = name.partition("/")
        root = self.folder if room == _CASE or self.models is None else self.models
        return root / rest


def packed(case: Case, roots: Roots) -> Parcel:
    """What a case needs: all in its folder, and beside each of its models under the models root.

    A model of the zoo is built by each worker, and one that isn't here is its cells' affair.
    Raises ModelError for a file that can't be read.
    """
    found = {f"{_CASE}/{p.relative_to(case.folder).as_posix()}": p for p in _below(case.folder)}
    if roots.models is not None:
        root = roots.models.resolve()
        for folder in _folders(case, roots):
            if folder.is_relative_to(root):
                inside = (p for p in sorted(folder.iterdir()) if p.is_file())
                found |= {f"{_MODELS}/{p.relative_to(root).as_posix()}": p for p in inside}
    size = sum(path.stat().st_size for path in found.values())
    held = {name: sha256(path) for name, path in sorted(found.items())}
    return Parcel(case.folder.resolve(), roots.models and roots.models.resolve(), held, size)


def here(parcel: Parcel, roots: Roots) -> tuple[Path, Roots] | None:
    """The case's folder and the models root, where this machine has every file, to the byte."""
    own = roots.models.resolve() if roots.models is not None else None
    for root in dict.fromkeys((own, parcel.models)):
        found = Parcel(parcel.folder, root, parcel.held, parcel.bytes)
        if all(_hash(found.path(name)) == held for name, held in parcel.held.items()):
            return parcel.folder, Roots(root)
    return None


def unpacked(parcel: Parcel, sent: Mapping[str, bytes]) -> tuple[Path, Roots]:
    """The same of what was sent: written once, into a folder of the cache that its hash names.

    Raises CaseError, saying what to do, for a file that neither is here nor was sent.
    """
    root = files.cache() / "fleet" / parcel.digest[:32]
    made = Parcel(root / _CASE / parcel.folder.name, root / _MODELS, parcel.held)
    known = here(made, Roots(made.models))
    if known is None:
        with files.folder(root, replace=True) as into:
            for name, held in parcel.held.items():
                room, _, rest = name.partition("/")
                base = into / _CASE / parcel.folder.name if room == _CASE else into / _MODELS
                _write(base / rest, sent.get(held), held, parcel.path(name))
        known = here(made, Roots(made.models))
    if known is None or not hold(root):
        raise CaseError(f"{root}: was written but can't be read back")
    return known


def _write(path: Path, raw: bytes | None, held: str, source: Path) -> None:
    if raw is None or hashlib.sha256(raw).hexdigest() != held:
        raise CaseError(
            f"{source} (SHA-256 {held[:12]}…): this worker hasn't got it, and it wasn't sent: the "
            f"case's files are more than {MOST_SENT / 1e6:.0f} MB, or came damaged; put them "
            "under the worker's $PARITY_MODELS, or into a folder that all machines see"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def _hash(path: Path) -> str:
    """Of a file; "" where it can't be read."""
    try:
        told = path.stat()
        return _hashed(path, told.st_size, told.st_mtime_ns, told.st_ctime_ns)
    except (OSError, ParityError):
        return ""


@lru_cache(4096)
def _hashed(path: Path, *_: int) -> str:
    """Each cell asks for all files of its case; they are read again once they were touched."""
    return sha256(path)


def _below(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _folders(case: Case, roots: Roots) -> set[Path]:
    """Those in which the case's models lie, as far as they are here."""
    named = [case.candidate, case.reference.path, case.reference.tokenizer]
    found = set()
    for path in named:
        if path is None:
            continue
        try:
            place = models.find(case, path, roots).resolve()
        except ParityError:
            continue
        found.add(place if place.is_dir() else place.parent)
    return found
