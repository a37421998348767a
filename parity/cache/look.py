"""Count what lies in the cache."""

import time
from dataclasses import dataclass
from pathlib import Path

from parity import files
from parity.cache import afar
from parity.cache.entry import Entry, folders, is_folder, names, walk
from parity.cache.kinds import KINDS, SHARED, Kind
from parity.store.place import place
from parity.store.places.folder import Folder
from parity.temporary import PREFIX, SUFFIX


@dataclass(frozen=True)
class Held:
    """What there is of a kind.

    entries, bytes: of parity's own. oldest_s, newest_s: since the least and the most recent use;
    None where there is none. foreign: what isn't parity's, by path in the kind's folder; it is
    never removed. link: the folder is a link, which isn't followed.
    """

    kind: str
    folder: str
    holds: str
    entries: int
    bytes: int
    oldest_s: float | None
    newest_s: float | None
    foreign: tuple[str, ...]
    link: bool


def look(now: float | None = None) -> list[Held]:
    """The cache by kind, with what lies beside the kinds last; then the store, if there is one.

    Raises OutputError without a cache.
    """
    root, now = files.cache(), time.time() if now is None else now
    found = [_held(root, kind, now) for kind in KINDS.values()]
    known = {kind.folder for kind in KINDS.values()}
    strange = tuple(name for name in names(root.resolve()) if name not in known)
    if strange:
        size = sum(_size(root.resolve() / name) for name in strange)
        what = "what parity didn't make"
        found.append(Held("", str(root), what, 0, size, None, None, strange, link=False))
    store = place()
    if isinstance(store, Folder):
        found += [_held(store.root, kind, now) for kind in SHARED.values()]
    elif store is not None:
        there = afar.things(store)
        found += [_afar(store.where, kind, there[kind.name], now) for kind in SHARED.values()]
    return found


def own(root: Path, kind: Kind) -> list[Entry]:
    """The entries of a kind; none where its folder is a link."""
    return [e for path in folders(root / kind.folder) if (e := kind.known(path)) is not None]


def _afar(where: str, kind: Kind, there: afar.There, now: float) -> Held:
    ages = [max(0.0, now - thing.used) for thing in there.things]
    size = sum(thing.bytes for thing in there.things)
    oldest, newest = max(ages, default=None), min(ages, default=None)
    inside = [f"{thing.key}/{name}" for thing in there.things for name in thing.foreign]
    return Held(
        kind.name,
        f"{where.rstrip('/')}/{kind.folder}",
        kind.holds,
        len(there.things),
        size,
        oldest,
        newest,
        (*there.foreign, *inside),
        link=False,
    )


def _held(root: Path, kind: Kind, now: float) -> Held:
    folder = root.resolve() / kind.folder
    found = own(root.resolve(), kind)
    ages = [max(0.0, now - e.used) for e in found]
    return Held(
        kind.name,
        str(root / kind.folder),
        kind.holds,
        len(found),
        sum(e.bytes for e in found),
        max(ages, default=None),
        min(ages, default=None),
        tuple(_foreign(kind, folder, found)),
        folder.is_symlink(),
    )


def _foreign(kind: Kind, folder: Path, found: list[Entry]) -> list[str]:
    """What in the folder of a kind isn't parity's: beside its entries, and in them."""
    known = {*kind.beside, *(e.path.name for e in found)}
    beside = [n for n in names(folder) if n not in known and not _passing(folder, n)]
    return beside + [f"{e.path.name}/{name}" for e in found for name in e.foreign]


def _passing(folder: Path, name: str) -> bool:
    """Whether something is there for a moment: made by a run that is at it, or was killed."""
    if name.startswith(PREFIX) and name.endswith(SUFFIX):
        return True
    return name.startswith(".") and name.endswith(".lock") and (folder / name).is_file()


def _size(path: Path) -> int:
    if not is_folder(path):
        return path.lstat().st_size
    return sum(found.st_size for _, found in walk(path))
