"""An engine that fails on purpose, around one that works.

For testing what parity, or a gate built on it, does when an engine crashes,
hangs or lies: faults that can't be had from a real engine when they are wanted.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from parity.engines import Engine, EngineInfo, Options, TensorInfo, open_model
from parity.engines._options import number, one_of, switch, whole
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Feed, Outputs

OPTIONS = {
    "of": "engine that does the work (default: the one for the model's format)",
    "fault": "segv, abort, exit, kill, hang, raise, memory, none; or what to do to "
    "the outputs: nan, drop, extra, rename, cast, transpose, shift, empty, flicker, remember",
    "when": "open, or run (default)",
    "batch": "only with at least so many rows (default 1)",
    "length": "only with at least so many columns (default 1)",
    "delay": "seconds that every run takes longer (default 0)",
    "strays": "how far every output is off, as by an optimised kernel's rounding (default 0)",
    "default": "1: the fault, too, is of the optimised kernels only (default 0)",
    "plain": "without that (default false)",
    "threads": "passed on",
}

PLAIN = {"plain": True}


def _segv() -> None:
    ctypes.string_at(0)


def _hang() -> None:
    time.sleep(3600)


def _raise() -> None:
    raise RuntimeError("planted\nwith a second line")


def _memory() -> None:
    import resource

    # The engine's own address space is the yardstick, so that this fails at once and alone.
    resource.setrlimit(resource.RLIMIT_AS, (2**34, 2**34))
    np.ones(2**34, np.uint8)


def _exit() -> None:
    sys.stderr.write("leaving early\n")
    sys.stderr.flush()
    os._exit(3)


def _kill() -> None:
    os.kill(os.getpid(), 9)


_DEADLY = {
    "segv": _segv,
    "abort": os.abort,
    "exit": _exit,
    "kill": _kill,
    "hang": _hang,
    "raise": _raise,
    "memory": _memory,
}


def _nan(array: Array) -> Array:
    broken = np.array(array, dtype=array.dtype)
    broken.flat[-1] = np.nan
    return broken


_LIES: dict[str, Callable[[dict[str, Array]], dict[str, Array]]] = {
    "nan": lambda o: {n: _nan(a) for n, a in o.items()},
    "drop": lambda o: dict(list(o.items())[1:]),
    "extra": lambda o: {**o, "extra": np.zeros(1, np.float32)},
    "rename": lambda o: {f"{n}_renamed": a for n, a in o.items()},
    "cast": lambda o: {n: a.astype(np.float64) for n, a in o.items()},
    "transpose": lambda o: {n: np.ascontiguousarray(np.swapaxes(a, -1, -2)) for n, a in o.items()},
    "shift": lambda o: {n: a + np.asarray(0.01, a.dtype) for n, a in o.items()},
    "empty": lambda o: {n: a[:0] for n, a in o.items()},
}


class FakeEngine:
    """Runs the inner engine, and the fault where its condition holds."""

    def __init__(self, model: Artifact, options: Options) -> None:
        self._fault = one_of(
            options, "fault", {"none", "flicker", "remember", *_DEADLY, *_LIES}, "none"
        )
        self._batch = whole(options, "batch", 1)
        self._length = whole(options, "length", 1)
        self._delay_s = number(options, "delay", 0.0)
        plain = switch(options, "plain", default=False)
        self._strays = 0.0 if plain else number(options, "strays", 0.0)
        if plain and switch(options, "default", default=False):
            self._fault = "none"
        self._runs = 0
        self._first: Feed = {}
        self._open_only = one_of(options, "when", ("open", "run"), "run") == "open"
        if self._open_only:
            self._die()
        passed = {"threads": options["threads"]} if "threads" in options else {}
        self._inner: Engine = open_model(str(options.get("of", model.engine)), model, passed)
        self.info: EngineInfo = replace(
            self._inner.info,
            engine="fake",
            outputs=self._declared(),
            effective={**self._inner.info.effective, "fault": self._fault},
        )

    def run(self, feed: Feed) -> Outputs:
        """Run one feed, faulty or not."""
        time.sleep(self._delay_s)
        if self._fault == "remember":
            feed = self._remembered(feed)
        outputs = self._inner.run(feed)
        if self._strays:
            outputs = {n: a + np.asarray(self._strays, a.dtype) for n, a in outputs.items()}
        self._runs += 1
        if self._open_only or not self._hits(feed):
            return outputs
        self._die()
        if self._fault == "flicker":
            # Wrong the first time only: what a race or a stale cache looks like.
            return _LIES["shift"](dict(outputs)) if self._runs == 1 else outputs
        lie = _LIES.get(self._fault)
        return lie(dict(outputs)) if lie else outputs

    def close(self) -> None:
        """Free the inner engine."""
        self._inner.close()

    def _remembered(self, feed: Feed) -> Feed:
        """The shape of this feed, and the first number of the first: a kernel that caches."""
        self._first = self._first or {n: np.array(a) for n, a in feed.items()}
        return (
            {n: np.full(a.shape, self._first[n].flat[0], a.dtype) for n, a in feed.items()}
            if self._runs
            else feed
        )

    def _die(self) -> None:
        deadly = _DEADLY.get(self._fault)
        if deadly is not None:
            deadly()

    def _hits(self, feed: Feed) -> bool:
        shapes = [a.shape for a in feed.values() if a.ndim]
        rows = max((s[0] for s in shapes), default=1)
        columns = max((s[1] for s in shapes if len(s) > 1), default=1)
        return rows >= self._batch and columns >= self._length

    def _declared(self) -> tuple[TensorInfo, ...]:
        declared = self._inner.info.outputs
        if self._fault == "drop":
            return declared[1:]
        if self._fault == "extra":
            return (*declared, TensorInfo("extra", "float32", (1,)))
        if self._fault == "rename":
            return tuple(replace(o, name=f"{o.name}_renamed") for o in declared)
        return declared


def open(model: Artifact, options: Options) -> FakeEngine:  # noqa: A001  the contract's name
    """Load the inner engine's model."""
    return FakeEngine(model, options)
