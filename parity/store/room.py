"""The store stays below its size: what went unused for longest goes first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from parity.errors import OutputError
from parity.store.place import most_bytes
from parity.store.places.protocol import CARD, File, Place

REFERENCES, EXPORTS, ANSWERS = "references", "exports", "answers"

SUFFIX = ".safetensors"

_LEAVE = 0.9  # of what it may take, so that not each answer has all of it counted

_SHARE = 0.02
"""Of what it may take: after writing so much a process counts all there is, and at its first."""

KEY = re.compile(r"[0-9a-f]{64}")
"""What an entry is called, and a file in one where it is called after its content."""

_written: dict[str, float] = {}


def grown(place: Place, size: int) -> None:
    """Note that so many bytes were written, and make room now and then.

    Raises OutputError where all that is there can't be counted: then it mustn't grow.
    """
    most = most_bytes()
    before = _written.get(place.where)
    if before is None or before + size > _SHARE * most:
        try:
            make_room(place, most)
        except OSError as error:
            raise OutputError(f"{place.where}: can't be counted: {error}") from error
        _written[place.where] = 0.0
    else:
        _written[place.where] = before + size


def make_room(place: Place, most: float) -> None:
    """Remove the least recently used until all takes less than ``most`` bytes.

    Others may do the same at the same time. What can't be removed stays. Raises OSError.
    """
    found = sorted(units(place.walk()), key=lambda unit: (unit.used, unit.name))
    total = sum(unit.bytes for unit in found)
    if total <= most:
        return
    for unit in found:
        if total <= _LEAVE * most:
            return
        total -= unit.bytes
        if unit.name.endswith(SUFFIX):
            place.remove(unit.name)
        else:
            place.discard(unit.name)


@dataclass(frozen=True)
class Unit:
    """What goes as a whole: a model, an answer. used: see ``File``."""

    name: str
    bytes: int
    used: float


def units(files: Iterable[File]) -> list[Unit]:
    """The models and answers of a store's files. A model was used when its card was."""
    found: list[Unit] = []
    models: dict[str, dict[str, File]] = {}
    for file in files:
        kind, _, rest = file.name.partition("/")
        key, _, name = rest.partition("/")
        if kind in (REFERENCES, EXPORTS) and name:
            models.setdefault(f"{kind}/{key}", {})[name] = file
        elif kind == ANSWERS and name.endswith(SUFFIX) and "/" not in name:
            found.append(Unit(file.name, file.bytes, file.used))
    for name, held in models.items():
        # Without a card it is being written, or who wrote it was killed; or it is somebody else's.
        if CARD not in held and not KEY.fullmatch(name.partition("/")[2]):
            continue
        used = held[CARD].used if CARD in held else max(file.used for file in held.values())
        size = sum(file.bytes for file in held.values())
        found.append(Unit(name, size, used))
    return found
