"""What the C library does with memory that an engine gives back.

Paddle takes and frees its activations at every run, and glibc's usual limits have it return many of
them to the system and fault each page in again: a third of a run, and in one process more than in
another, by where its heap happens to end. ``tests/bench/heap.py`` measures it.
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
"""Of a model. While Paddle prepares the weights of a larger one, much is freed that nobody takes
again: Paddle's process took 3.1 GB with it for ernie-3.0-xbase, and 2.9 without
(``tests/bench/memory.py``), where memory is short and five in a hundred of the time are little."""


def keep(*files: Path) -> bool:
    """Keep what is freed for the next run of a model.

    files: of the model. False, and nothing done, where they are large, where there is no glibc, or
    somebody has set its limits already.
    """
    if sum(file.stat().st_size for file in files if file.is_file()) > LARGE_BYTES:
        return False
    if any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ):
        return False
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        return bool(
            library.mallopt(_M_MMAP_THRESHOLD, _MMAP) and library.mallopt(_M_TRIM_THRESHOLD, _TRIM)
        )
    return False
