"""What lies in a store at an address, by one listing of it."""

from dataclasses import dataclass

from parity.cache.kinds import SHARED, files_of_a_model, of_a_model, of_answers
from parity.errors import OutputError
from parity.store.places.protocol import CARD, File, Place
from parity.store.room import ANSWERS, KEY


@dataclass(frozen=True)
class Thing:
    """An entry of the store. used: since 1970, in seconds. foreign: files of somebody else."""

    key: str
    bytes: int
    used: float
    foreign: tuple[str, ...]


@dataclass(frozen=True)
class There:
    """Entries of a kind, and what lies beside them, by name in the kind's folder."""

    things: tuple[Thing, ...] = ()
    foreign: tuple[str, ...] = ()


def things(store: Place) -> dict[str, There]:
    """By kind. Raises OutputError where the store can't be listed."""
    held: dict[str, dict[str, dict[str, File]]] = {}
    try:
        for file in store.walk():
            folder, _, rest = file.name.partition("/")
            key, _, name = rest.partition("/")
            held.setdefault(folder, {}).setdefault(key, {})[name] = file
    except OSError as error:
        raise OutputError(str(error)) from error
    return {
        name: _there(store, kind.folder, held.get(kind.folder, {})) for name, kind in SHARED.items()
    }


def _there(store: Place, folder: str, held: dict[str, dict[str, File]]) -> There:
    found, beside = [], []
    for key, files in sorted(held.items()):
        if not KEY.fullmatch(key) or "" in files:
            beside.append(key)
            continue
        foreign = _foreign(store, folder, key, files)
        by_card = files.get(CARD)
        last = max(file.used for file in files.values())
        used = last if by_card is None else by_card.used
        ours = sum(file.bytes for name, file in files.items() if name not in foreign)
        found.append(Thing(key, ours, used, foreign))
    return There(tuple(found), tuple(beside))


def _foreign(store: Place, folder: str, key: str, files: dict[str, File]) -> tuple[str, ...]:
    if folder == ANSWERS:
        return tuple(name for name in sorted(files) if not of_answers(name))
    strange = [name for name in sorted(files) if not of_a_model(name, ())]
    if strange and CARD in files:  # read only then: an entry is a request
        try:
            listed = files_of_a_model(store.read(f"{folder}/{key}/{CARD}"))
        except (OSError, ValueError):
            listed = set()
        strange = [name for name in strange if name not in listed]
    return tuple(strange)
