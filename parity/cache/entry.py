"""One thing in the cache that comes and goes as a whole, and what in it isn't parity's."""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A folder.

    bytes, files: of all in it. used: when it was last, in seconds since 1970. foreign: paths in it
    that parity didn't make; one that has any stays. lock: the file by which who makes it waits.
    """

    path: Path
    bytes: int
    files: tuple[str, ...]
    used: float
    foreign: tuple[str, ...] = ()
    lock: Path | None = field(default=None)


Ours = Callable[[str], bool]
"""Whether a file, by its path in the entry, is one that parity made."""


def entry(folder: Path, ours: Ours, *, card: str | None = None, lock: bool = False) -> Entry | None:
    """What a folder holds. None for one that is gone, or isn't a folder of its own.

    card: the file whose time says when it was last used; else that of the folder and all in it.
    lock: whether its maker has one beside it.
    """
    if not is_folder(folder):
        return None
    files, foreign, size = [], [], 0
    newest = _time(folder)
    for name, found in walk(folder):
        if not stat.S_ISREG(found.st_mode) or not ours(name):
            foreign.append(name)
            continue
        files.append(name)
        size += found.st_size
        newest = max(newest, found.st_mtime)
    used = newest if card is None else _time(folder / card)
    beside = folder.parent / f".{folder.name}.lock" if lock else None
    return Entry(folder, size, tuple(files), used, tuple(foreign), beside)


def is_folder(path: Path) -> bool:
    """Whether a path is a folder itself, and no link to one."""
    with contextlib.suppress(OSError):
        return stat.S_ISDIR(path.lstat().st_mode)
    return False


def folders(path: Path) -> Iterator[Path]:
    """The folders in a folder, by name; no links."""
    yield from (path / name for name in names(path) if is_folder(path / name))


def names(path: Path) -> list[str]:
    """What a folder holds, sorted; nothing where there is none, or only a link to one."""
    if not is_folder(path):
        return []
    with contextlib.suppress(OSError):
        return sorted(found.name for found in path.iterdir())
    return []


def walk(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a folder that is no folder, with its own state; links aren't followed.

    An empty folder counts as a thing of its own: somebody made it.
    """
    for root, inner, found in os.walk(folder):
        base = Path(root)
        links = [name for name in inner if not is_folder(base / name)]
        if not inner and not found and base != folder:
            with contextlib.suppress(OSError):
                yield str(base.relative_to(folder)), base.lstat()
        for name in (*links, *found):
            with contextlib.suppress(OSError):  # it went meanwhile
                yield str((base / name).relative_to(folder)), (base / name).lstat()


def _time(path: Path) -> float:
    with contextlib.suppress(OSError):
        return path.lstat().st_mtime
    return 0.0
