"""Freed memory stays for the next run."""

import os
import subprocess
import sys
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from parity.workers import heap

FAULTS = """
import ctypes, resource, sys
from parity.workers import heap
print(heap.keep() if sys.argv[1] == "kept" else None)
c = ctypes.CDLL(None)
c.malloc.restype = ctypes.c_void_p
size = 8 << 20
faults = []
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    # Large enough to be returned when it is freed, by glibc's own limits.
    held = [ctypes.c_void_p(c.malloc(size)) for _ in range(6)]
    for one in held:
        ctypes.memset(one, 1, size)
    for one in held:
        c.free(one)
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
print(faults[-1])
"""


NONE: Mapping[str, str] = MappingProxyType({})


def faults(how: str, more: Mapping[str, str] = NONE) -> tuple[str, int]:
    limits = ("MALLOC_", "GLIBC_TUNABLES")
    own = {n: v for n, v in os.environ.items() if not n.startswith(limits)}
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True,
        env={**own, **more},
    )  # fmt: skip
    said, count = done.stdout.split()
    return said, int(count)


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="no glibc")
def test_what_is_freed_is_not_faulted_in_again() -> None:
    # Pages of 4 kB, or of 2 MB where the system gives such.
    said, count = faults("kept")
    assert said == "True"
    assert count < 10
    assert faults("returned")[1] > 20


def test_limits_that_somebody_set_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    said, count = faults("kept", {"MALLOC_MMAP_THRESHOLD_": "131072"})
    assert said == "False"
    assert count > 20
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    assert not heap.keep()
