"""Freed memory stays for the next run."""

import subprocess
import sys

FAULTS = """
import ctypes, resource, sys
from parity.workers import heap
if sys.argv[1] == "kept":
    assert heap.keep()
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


def faults(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_what_is_freed_is_not_faulted_in_again() -> None:
    # Pages of 4 kB, or of 2 MB where the system gives such.
    assert faults("kept") < 10
    assert faults("returned") > 20
