"""What the C library does with memory that an engine gives back.

Paddle takes and frees its activations at every run, and glibc's usual limits have it return many of
them to the system and fault each page in again: a third of a run, and in one process more than in
another, by where its heap happens to end. ``tests/bench/heap.py`` measures it. What opening a model
has freed is given back in any case: no run takes as much again.
"""

import contextlib
import ctypes
import os
from pathlib import Path

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h

_MMAP = 32 << 20
"""From this size on a block is the system's again when it is freed: the most that glibc takes."""

_TRIM = 256 << 20
"""As much may stay at the heap's end. With 512 MB ernie-3.0-nano takes 0.1 GB more at its peak."""

LARGE_BYTES = 256e6
"""Of a model. Of a larger one all is given back: memory is short there, and five in a hundred of
the time are little. Else holes stay for good where an engine read a file or prepared weights: for
ernie-3.0-xbase 0.3 or 1.0 GB in ONNX Runtime's process, as it happens, and 0.4 in Paddle's."""


def is_large(*files: Path) -> bool:
    """Whether the files of a model are together beyond ``LARGE_BYTES``."""
    return sum(file.stat().st_size for file in files if file.is_file()) > LARGE_BYTES


def keep() -> bool:
    """Keep what is freed for the next run. False, and nothing done, where there is no glibc, or
    somebody has set its limits already.
    """
    if any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ):
        return False
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        return bool(
            library.mallopt(_M_MMAP_THRESHOLD, _MMAP) and library.mallopt(_M_TRIM_THRESHOLD, _TRIM)
        )
    return False


def give_back() -> None:
    """Return to the system whatever is free, holes in the middle as well; 10 ms for 3 GB."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
