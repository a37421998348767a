"""Remove what parity made, and only that, while other runs of it may be at work."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from parity import files, temporary
from parity.cache import afar
from parity.cache.entry import Entry, is_folder
from parity.cache.kinds import KINDS, SHARED, Kind
from parity.cache.look import own
from parity.store.place import place
from parity.store.places.folder import Folder
from parity.store.places.protocol import Place


@dataclass(frozen=True)
class Cleared:
    """What went of a kind, and what stayed, by name of its entry and why.

    removed, bytes: what went, or would go. stayed: what was to go and didn't.
    """

    kind: str
    removed: int
    bytes: int
    stayed: tuple[tuple[str, str], ...]


def clear(
    kinds: Sequence[str] = (), *, older_than_s: float = 0.0, dry_run: bool = False
) -> list[Cleared]:
    """Remove entries of some kinds, that nobody has used for so long.

    kinds: if none is named, all of the cache. What machines share goes where it is named.

    What a run of parity uses stays, as does an entry that holds something foreign, and all of a
    folder that is a link. Raises OutputError without a cache.
    """
    root, store = files.cache().resolve(), place()
    before = time.time() - older_than_s
    done = []
    for name in kinds or KINDS:
        if name in KINDS:
            done.append(_clear(root, KINDS[name], before, dry_run=dry_run))
        elif isinstance(store, Folder):
            done.append(_clear(store.root.resolve(), SHARED[name], before, dry_run=dry_run))
        elif store is not None:
            done.append(_clear_afar(store, SHARED[name], before, dry_run=dry_run))
    return done


def _clear_afar(store: Place, kind: Kind, before: float, *, dry_run: bool) -> Cleared:
    found = [thing for thing in afar.things(store)[kind.name].things if thing.used <= before]
    stayed = [(t.key, foreign(t.foreign)) for t in found if t.foreign]
    ours = [thing for thing in found if not thing.foreign]
    if not dry_run:
        for thing in ours:
            store.discard(f"{kind.folder}/{thing.key}")
        left = {thing.key for thing in afar.things(store)[kind.name].things}
        stayed += [(t.key, "can't be removed: it is still there") for t in ours if t.key in left]
        ours = [thing for thing in ours if thing.key not in left]
    return Cleared(kind.name, len(ours), sum(thing.bytes for thing in ours), tuple(stayed))


def _clear(root: Path, kind: Kind, before: float, *, dry_run: bool) -> Cleared:
    removed = size = 0
    stayed: list[tuple[str, str]] = []
    folder = root / kind.folder
    if folder.is_symlink():
        stayed.append((kind.folder, "is a link, which isn't followed"))
    elif is_folder(folder) and not dry_run:
        temporary.sweep(folder)
    for found in own(root, kind):
        if found.used > before:
            continue
        why = _remove(kind, found, dry_run=dry_run)
        if why:
            stayed.append((found.path.name, why))
        else:
            removed, size = removed + 1, size + found.bytes
    return Cleared(kind.name, removed, size, tuple(stayed))


def _remove(kind: Kind, found: Entry, *, dry_run: bool) -> str:
    """Why an entry stays; "" for one that is gone, or would be."""
    if found.foreign:
        return foreign(found.foreign)
    try:
        with _alone(found) as free:
            if not free:
                return "is in use"
            if dry_run:
                return ""
            if kind.known(found.path) != found:
                return "was used just now"
            _take_away(found)
    except OSError as error:
        return f"can't be removed: {error.strerror or error}"
    return ""


def foreign(names: Sequence[str]) -> str:
    """Why an entry stays that holds these."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"holds {names[0]}{more}, which parity didn't make"


@contextlib.contextmanager
def _alone(found: Entry) -> Iterator[bool]:
    """Whether nobody uses or makes an entry, and so that nobody begins to."""
    with contextlib.ExitStack() as stack:
        free = True
        for path in (found.path, found.lock):
            if path is None or not path.exists():
                continue
            lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            stack.callback(os.close, lock)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                free = False
        yield free


def _take_away(found: Entry) -> None:
    """Under another name first, so that nobody takes a half of it for whole."""
    name = tempfile.mkdtemp(dir=found.path.parent, prefix=temporary.PREFIX, suffix=temporary.SUFFIX)
    found.path.rename(name)
    if found.lock is not None:
        found.lock.unlink(missing_ok=True)
    shutil.rmtree(name)
