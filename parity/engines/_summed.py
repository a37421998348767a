"""What the order of long sums does to the outputs of an ONNX model on one feed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from parity.engines._sums import LONG, one_by_one
from parity.engines.ort import session_of
from parity.model.tensors import Array, Feed

_KNOWN = 0.3
"""What the order of a sum changes counts for so much of the noise. Moved weights are a sample of
what might happen, for which ten times as much is left; the order is what some kernels do."""

Run = Callable[[Feed, Any, Sequence[str] | None], dict[str, Array]]
"""A session on a feed; the outputs of these names, or the model's own."""

_LEAST = LONG // 8
"""Floats in a row of an input: sums inside are of several times as many, over channels."""


class Sums:
    """Two sessions that differ in that order, loaded on the first feed that is large enough."""

    def __init__(self, model: Any, threads: int) -> None:
        self._model: Any = model
        self._threads = threads
        self._sessions: tuple[Any, Any] | None = None

    def changes(self, feed: Feed, base: Mapping[str, Array], run: Run) -> dict[str, Array]:
        """What counts of the change of each element; nothing where there are no long sums.

        base: what the model answers. run: a session on a feed.
        """
        floats = [a for a in feed.values() if a.ndim and a.dtype == np.float32]
        if max((array[:1].size for array in floats), default=0) < _LEAST:
            return {}
        if self._model is not None:
            self._sessions, self._model = self._loaded(feed, run), None
        if self._sessions is None:
            return {}
        usual, other = self._sessions
        try:
            before = base if usual is None else run(feed, usual, None)
            after = run(feed, other, None)
        except Exception:  # what no tool foresaw: then the rest of the noise is all there is
            self._sessions = None
            return {}
        return {name: _change(before[name], array) for name, array in after.items()}

    def _loaded(self, feed: Feed, run: Run) -> tuple[Any, Any] | None:
        """The first is None where it would be that of the model itself."""

        def shapes(model: Any, wanted: Sequence[str]) -> dict[str, tuple[int, ...]]:
            # As they are on a feed: no inference knows what a computed shape comes to.
            found = {n: feed[n] for n in wanted if n in feed}
            there = [n for n in wanted if n not in feed]
            if there:
                session = session_of(watched(model, there), level="basic", threads=self._threads)
                found |= run(feed, session, there)
            return {n: a.shape for n, a in found.items() if a.dtype == np.float32}

        both = one_by_one(self._model, shapes)
        if both is None:
            return None
        try:
            usual, other = (
                None
                if model is self._model
                else session_of(model.SerializeToString(), level="all", threads=self._threads)
                for model in both
            )
        except Exception:  # sums of another type, say
            return None
        return usual, other


def watched(model: Any, wanted: Sequence[str]) -> bytes:
    """A copy of a model that has some tensors as outputs, serialised."""
    asked = type(model)()
    asked.CopyFrom(model)
    known = {o.name for o in asked.graph.output} | {i.name for i in asked.graph.input}
    asked.graph.output.extend(type(asked.graph.output[0])(name=n) for n in wanted if n not in known)
    return bytes(asked.SerializeToString())


def _change(before: Array, after: Array) -> Array:
    if before.shape != after.shape:
        return np.zeros(before.shape, np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        change = _KNOWN * np.abs(after.astype(np.float64) - before.astype(np.float64))
    return np.where(np.isfinite(change), change, 0.0).astype(np.float32)
