"""Freed memory stays for the next run."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from parity.engines import EngineInfo
from parity.model.tensors import Feed, Outputs
from parity.processes.channel import Channel
from parity.workers import child, heap
from parity.workers.arena import Arena

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


HOLES = """
import ctypes, os
from parity.workers import heap
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")
heap.keep()
c = ctypes.CDLL(None)
c.malloc.restype = ctypes.c_void_p
size = 1 << 20
held = [ctypes.c_void_p(c.malloc(size)) for _ in range(200)]
for one in held:
    ctypes.memset(one, 1, size)
for one in held[:-1]:  # the last one keeps the heap's end where it is
    c.free(one)
before = resident()
heap.give_back()
print(before - resident())
"""


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="no glibc")
def test_holes_are_given_back_too() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 150 << 20


class Held:
    """An engine that notes what was run."""

    info = EngineInfo("held", "1", (), (), {})

    def __init__(self, told: list[str]) -> None:
        self.told = told

    def run(self, feed: Feed) -> Outputs:
        self.told.append("run")
        if self.told.count("run") == 2:
            raise ValueError
        return {"y": feed["x"]}

    def close(self) -> None:
        self.told.append("close")


@pytest.mark.parametrize(
    ("size", "options", "wanted"),
    [
        (200_000_000, {}, "keep open back run run close"),
        (257_000_000, {}, "open back run back run back close"),
        (257_000_000, {"spinning": True}, "open run run close"),
    ],
)
def test_a_large_models_runs_give_back_and_a_small_ones_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, options: dict[str, bool],
    wanted: str,
) -> None:  # fmt: skip
    program, parameters = tmp_path / "m.json", tmp_path / "m.pdiparams"
    program.write_bytes(b"{}")
    with parameters.open("wb") as file:
        file.truncate(size)
    told: list[str] = []
    monkeypatch.setattr(heap, "keep", lambda: told.append("keep"))
    monkeypatch.setattr(heap, "give_back", lambda: told.append("back"))

    def opened(*_: object) -> Held:
        told.append("open")
        return Held(told)

    monkeypatch.setattr(child, "open_model", opened)
    model = {"format": "paddle", "program": str(program), "parameters": str(parameters)}
    order = {"engine": "held", "options": options, "model": model}
    engine, gives_back = child._open(order, None)
    ours, theirs = socket.socketpair()
    with ours, theirs, tempfile.TemporaryFile() as feeds, tempfile.TemporaryFile() as results:
        arenas = [Arena(feeds.fileno()), Arena(results.fileno())]
        layout = arenas[0].write({"x": np.zeros(2)})
        channel = Channel(ours)
        for _ in range(2):  # the second one raises, and has taken memory as well
            channel.send({"slot": 0, "feed": layout})
        ours.shutdown(socket.SHUT_WR)
        child._serve(Channel(theirs), engine, arenas, gives_back=gives_back)
        replies = [channel.receive() or {} for _ in range(2)]
    assert ["outputs" in reply for reply in replies] == [True, False]
    assert "raised" in replies[1]
    assert " ".join(told) == wanted


def test_limits_that_somebody_set_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    said, count = faults("kept", {"MALLOC_MMAP_THRESHOLD_": "131072"})
    assert said == "False"
    assert count > 20
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    assert not heap.keep()
