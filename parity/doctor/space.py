"""Space: what arrays cross through from process to process, and where the cache lies."""

import contextlib
import mmap
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from parity import files
from parity.errors import OutputError
from parity.workers.spawn import anonymous_file

SHARED = Path("/dev/shm")  # noqa: S108  its size is asked for, nothing is written there

NEEDED = 64 << 20
"""Bytes of shared memory without which a check isn't begun: the boundary feeds of a text model and
their outputs, 4 rows of 512 tokens by 60 classes on both sides, take a sixth of that."""


@dataclass(frozen=True)
class Space:
    """In bytes; None where it can't be told.

    arrays: what is wrong with the memory that arrays cross through; "" if nothing is. It is had
    without a name (memfd) on Linux, so that the size of /dev/shm bounds it nowhere there; else in
    the folder for temporary files. cache: its place, None for a user without a home folder.
    writable: what is wrong with writing there; "" if nothing is.
    """

    shared_total: int | None
    shared_free: int | None
    arrays: str
    cache: str | None
    cache_free: int | None
    writable: str


def space(needed: int = NEEDED) -> Space:
    """What there is now."""
    total, free = _usage(SHARED)
    try:
        cache = files.cache()
    except OutputError as error:
        return Space(total, free, reserve(needed), None, None, str(error))
    writable = ""
    try:
        files.check_writable(cache)
    except OutputError as error:
        writable = str(error)
    return Space(total, free, reserve(needed), str(cache), _usage(cache)[1], writable)


def reserve(size: int) -> str:
    """Have so much shared memory for a moment, as a check has it; "" if it was had, else why not.

    Asked of the kernel rather than written: a page that isn't there would end this process.
    """
    try:
        descriptor = anonymous_file()
    except OSError as error:
        return f"no shared memory for arrays: {error.strerror or error}"
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
        else:  # macOS
            os.ftruncate(descriptor, size)
        mmap.mmap(descriptor, size).close()
    except OSError as error:
        return f"no {size >> 20} MiB of shared memory for arrays: {error.strerror or error}"
    finally:
        os.close(descriptor)
    return ""


def _usage(path: Path) -> tuple[int | None, int | None]:
    """Size and free bytes of the file system of a path, or of what is nearest above it."""
    while not path.exists() and path != path.parent:
        path = path.parent
    with contextlib.suppress(OSError):
        found = shutil.disk_usage(path)
        return found.total, found.free
    return None, None
