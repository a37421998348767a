"""What the order of long sums does to the outputs of an ONNX model on one feed."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from parity.engines._sums import LONG, one_by_one
from parity.engines.ort import session_of
from parity.model.tensors import Array, Feed

_KNOWN = 0.3
"""What the order of a sum changes counts for so much of the noise. Moved weights are a sample of
what might happen, for which ten times as much is left; the order is what some kernels do."""

Run = Callable[[Feed, Any], dict[str, Array]]


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
        if max((array[:1].size for array in feed.values() if array.ndim), default=0) < LONG:
            return {}
        if self._model is not None:
            self._sessions, self._model = self._loaded(), None
        if self._sessions is None:
            return {}
        usual, other = self._sessions
        try:
            before = base if usual is None else run(feed, usual)
            after = run(feed, other)
        except Exception:  # what no tool foresaw: then the rest of the noise is all there is
            self._sessions = None
            return {}
        return {name: _change(before[name], array) for name, array in after.items()}

    def _loaded(self) -> tuple[Any, Any] | None:
        """The first is None where it would be that of the model itself."""
        both = one_by_one(self._model)
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


def _change(before: Array, after: Array) -> Array:
    if before.shape != after.shape:
        return np.zeros(before.shape, np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        change = _KNOWN * np.abs(after.astype(np.float64) - before.astype(np.float64))
    return np.where(np.isfinite(change), change, 0.0).astype(np.float32)
