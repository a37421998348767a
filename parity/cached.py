"""What the cache keeps goes when nobody has used it for a month, and never while somebody does."""

import contextlib
import fcntl
import os
import shutil
import time
from pathlib import Path

from parity import files
from parity.errors import OutputError

UNUSED_S = 30 * 24 * 3600.0


_made: set[Path] = set()


def made_now(folder: Path) -> None:
    """Note that this process made an entry, rather than found it."""
    _made.add(folder.resolve())


def kept(folder: Path, *cards: str) -> bool:
    """Whether a folder is an entry, by one of its cards, that another run made."""
    whole = any((folder / card).is_file() for card in cards)
    return whole and folder.resolve() not in _made


_holding: dict[Path, int] = {}
"""Descriptor by which each entry is locked that this process uses."""


def hold(folder: Path) -> bool:
    """Keep an entry from being cleared for as long as this process lives.

    False if it isn't there, or is being removed at this moment: then it is to be made again.
    """
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        there = os.path.samestat(folder.stat(), os.fstat(lock))
    except BlockingIOError:
        there = False
    except OSError:
        there = folder.is_dir()  # a file system that has no locks has no clearing beside a run
    if not there:
        os.close(lock)
        return False
    before = _holding.pop(folder, None)
    _holding[folder] = lock
    if before is not None:
        os.close(before)
    return True


def hold_entry_of(path: Path) -> None:
    """Hold the entry that a file of the cache lies in; nothing for a file that lies elsewhere."""
    with contextlib.suppress(OutputError, ValueError, OSError):
        root = files.cache().resolve()
        kind, entry, *_ = path.resolve().relative_to(root).parts
        hold(root / kind / entry)


def used(card: Path) -> None:
    """Note, in the time of an entry's card, that it was used now."""
    with contextlib.suppress(OSError):  # a cache that can't be written to still serves
        os.utime(card)


def prune(folder: Path, card: str) -> None:
    """Remove the entries of a folder that went unused for ``UNUSED_S``.

    card: the file that makes a folder in it an entry, with the time of its last use.
    Nothing else is touched, and what can't be removed stays.
    """
    before = time.time() - UNUSED_S
    for found in folder.glob(f"*/{card}"):
        with contextlib.suppress(OSError):
            if found.stat().st_mtime < before:
                # First of all the card, so that nobody takes a half of it for whole.
                found.unlink()
                shutil.rmtree(found.parent, ignore_errors=True)
                (folder / f".{found.parent.name}.lock").unlink(missing_ok=True)
