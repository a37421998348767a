"""Floats outside of the range that was guessed for them."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from parity.inputs._plan import Example
from parity.inputs.numbers.values import UNSAID
from parity.model.spec import TensorSpec

Floats = NDArray[np.float64]

BEYOND = "beyond: "
"""How the labels of such examples begin."""


def guessed(specs: Sequence[TensorSpec]) -> list[str]:
    """The inputs of floats of which neither graph nor user says the range."""
    return [
        spec.name
        for spec in specs
        if np.issubdtype(np.dtype(spec.dtype), np.floating) and spec.domain in (None, UNSAID)
    ]


def beyond(specs: Sequence[TensorSpec], example: Example) -> Iterator[tuple[str, Example]]:
    """By what was done to the guessed floats of an example, the example with that."""
    names = guessed(specs)
    for label, change in _CHANGES.items():
        changed = {
            name: change(example.feed[name].astype(np.float64)).astype(example.feed[name].dtype)
            for name in names
        }
        yield label, Example({**example.feed, **changed}, f"{BEYOND}{label}")


def _first(number: float) -> Callable[[Floats], Floats]:
    def put(values: Floats) -> Floats:
        values.reshape(-1)[:1] = number
        return values

    return put


_CHANGES: dict[str, Callable[[Floats], Floats]] = {
    "times 10": lambda v: v * 10,
    "times 100": lambda v: v * 100,
    "times 0.001": lambda v: v * 1e-3,
    "whole numbers": lambda v: np.rint(v * 5),
    "a NaN": _first(np.nan),
    "an infinity": _first(np.inf),
}
