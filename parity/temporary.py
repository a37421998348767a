"""Files and folders that are there for a moment, and go with the next run if ours is killed.

Each is locked as long as its process lives: a lock is dropped by the kernel, however that
ends, and never taken for another's as a process id is. What isn't locked is nobody's.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

PREFIX, SUFFIX = ".parity.", ".tmp"


@contextlib.contextmanager
def folder(parent: Path) -> Iterator[Path]:
    """An empty folder in ``parent``; what is left of it goes with the block. Raises OSError."""
    sweep(parent)
    path, lock = _held(lambda: tempfile.mkdtemp(dir=parent, prefix=PREFIX, suffix=SUFFIX))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


@contextlib.contextmanager
def file(parent: Path) -> Iterator[Path]:
    """An empty file in ``parent``, removed behind the block if still there. Raises OSError."""
    sweep(parent)
    path, lock = _held(lambda: _file(parent))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        os.close(lock)


def sweep(parent: Path) -> None:
    """Remove what killed processes left in a folder. What can't be removed stays."""
    with contextlib.suppress(OSError), os.scandir(parent) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.name.endswith(SUFFIX):
                with contextlib.suppress(OSError):
                    _remove_dead(Path(entry.path))


def _held(make: Callable[[], str]) -> tuple[Path, int]:
    """A new path, and the descriptor by which it is locked."""
    while True:
        path = Path(make())
        try:
            lock = os.open(path, os.O_RDONLY)
        except FileNotFoundError:  # another run took it for dead: it has no lock yet
            continue
        # A file system that has no locks has no sweeping either: nothing of it is ever dead.
        with contextlib.suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        # As it may have until here.
        with contextlib.suppress(OSError):
            if os.path.samestat(path.stat(), os.fstat(lock)):
                return path, lock
        os.close(lock)


def _file(parent: Path) -> str:
    descriptor, name = tempfile.mkstemp(dir=parent, prefix=PREFIX, suffix=SUFFIX)
    os.close(descriptor)
    return name


def _remove_dead(path: Path) -> None:
    # Not blocking: it might be a pipe.
    lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        # Others' are theirs to remove, also where a shared folder would let us.
        if os.fstat(lock).st_uid != os.geteuid():
            return
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    finally:
        os.close(lock)
