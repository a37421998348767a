"""A folder of failing examples, laid out as Hypothesis' own, of which little is trusted.

Hypothesis would read whatever lies there: a pipe, for ever, and a megabyte of junk for a
minute. Here a file counts if it is a small one that bears the hash of its content.
"""

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from parity import files
from parity.errors import OutputError

MOST_BYTES = 64 << 10
"""Of one example: eight times what a source hands out."""

MOST = 200
"""Examples that are tried at most, the smallest first."""


class Examples:
    """Examples under keys. Without a folder nothing is kept beyond the run."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[bytes, set[bytes]] = {}

    def fetch(self, key: bytes) -> list[bytes]:
        """Those under a key, the smallest first."""
        if self._folder is None:
            return sorted(self._memory.get(key, ()), key=len)
        found: list[tuple[int, Path]] = []
        with contextlib.suppress(OSError), os.scandir(self._folder / _hash(key)) as entries:
            for entry in entries:
                status = entry.stat()
                if stat.S_ISREG(status.st_mode) and status.st_size <= MOST_BYTES:
                    found.append((status.st_size, Path(entry.path)))
        return list(_read(path for _, path in sorted(found)[:MOST]))

    def save(self, key: bytes, value: bytes) -> None:
        """Keep one; what the disk refuses is forgotten."""
        if self._folder is None:
            self._memory.setdefault(key, set()).add(value)
            return
        with contextlib.suppress(OutputError):
            files.write(self._folder / _hash(key) / _hash(value), value)

    def delete(self, key: bytes, value: bytes) -> None:
        """Drop one, if it is there."""
        if self._folder is None:
            self._memory.get(key, set()).discard(value)
            return
        with contextlib.suppress(OSError):
            (self._folder / _hash(key) / _hash(value)).unlink()


def _read(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with contextlib.suppress(OSError):
            raw = path.read_bytes()
            if path.name == _hash(raw):
                yield raw


def _hash(value: bytes) -> str:
    return hashlib.sha384(value).hexdigest()[:16]
