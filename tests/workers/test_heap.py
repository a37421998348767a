"""Freed memory stays for the next run."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
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


def test_for_a_large_model_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []

    class Library:
        def mallopt(self, what: int, limit: int) -> int:
            kept.append(what)
            return 1

    for name in [n for n in os.environ if n.startswith(("MALLOC_", "GLIBC_TUNABLES"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: Library())
    program, parameters = tmp_path / "m.json", tmp_path / "m.pdiparams"
    for size, wanted in ((200_000_000, True), (257_000_000, False)):
        program.write_bytes(b"{}")
        with parameters.open("wb") as file:
            file.truncate(size)
        kept.clear()
        assert heap.keep(program, parameters) is wanted
        assert bool(kept) is wanted


def test_limits_that_somebody_set_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    said, count = faults("kept", {"MALLOC_MMAP_THRESHOLD_": "131072"})
    assert said == "False"
    assert count > 20
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    assert not heap.keep()
