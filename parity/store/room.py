"""The store stays below its size: what went unused for longest goes first."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from parity.store.place import most_bytes

REFERENCES, EXPORTS, ANSWERS = "references", "exports", "answers"

SUFFIX = ".safetensors"

_LEAVE = 0.9  # of what it may take, so that not each answer has all of it counted

_SHARE = 0.02
"""Of what it may take: after writing so much a process counts all there is, and at its first."""

_written: dict[Path, float] = {}


def grown(root: Path, size: int) -> None:
    """Note that so many bytes were written, and make room now and then."""
    most = most_bytes()
    before = _written.get(root)
    _written[root] = (before or 0.0) + size
    if before is None or _written[root] > _SHARE * most:
        make_room(root, most)
        _written[root] = 0.0


def make_room(root: Path, most: float) -> None:
    """Remove the least recently used until all takes less than ``most`` bytes.

    Others may do the same at the same time. What can't be removed stays.
    """
    found = sorted(_units(root))
    total = sum(size for _, size, _ in found)
    if total <= most:
        return
    for _, size, path in found:
        if total <= _LEAVE * most:
            return
        total -= size
        with contextlib.suppress(OSError):
            if path.suffix == SUFFIX:
                path.unlink()
                continue
            # The card first, so that nobody takes a half of it for whole.
            (path / "store.json").unlink(missing_ok=True)
            shutil.rmtree(path, ignore_errors=True)


def _units(root: Path) -> Iterator[tuple[float, int, Path]]:
    """Last use, bytes and path of each thing that goes as a whole: a model, an answer."""
    for kind in (REFERENCES, EXPORTS):
        for folder in _inside(root / kind):
            card = Path(folder.path, "store.json")
            with contextlib.suppress(OSError):
                yield card.stat().st_mtime, _size(Path(folder.path)), Path(folder.path)
    for folder in _inside(root / ANSWERS):
        for entry in _inside(Path(folder.path)):
            with contextlib.suppress(OSError):
                if entry.name.endswith(SUFFIX):
                    told = entry.stat()
                    yield told.st_mtime, told.st_size, Path(entry.path)


def _inside(folder: Path) -> list[os.DirEntry[str]]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return [entry for entry in entries if not entry.name.startswith(".")]
    return []


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
