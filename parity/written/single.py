"""Parameters of one element, a scale or a slope: paired by name, since one number is anybody's."""

import math
from collections.abc import Iterator

from parity.model.artifact import Artifact
from parity.model.formats.onnx_graph import DTYPES
from parity.model.formats.read import graph_of
from parity.model.lowered.store import Store
from parity.model.weights import floats
from parity.written.said import WeightSaid

_RELATIVE = 1e-5
"""Nearer than this it is the same number, rounded."""


def single(reference: Artifact, store: Store) -> Iterator[WeightSaid]:
    """What became of each that the candidate has by its name and in one element, too.

    Raises ModelError.
    """
    graph = graph_of(reference.program)
    names = [n for n, p in graph.parameters.items() if _one(p.shape) and n in store.tensors]
    for name, array in floats(reference, names).items():
        tensor = store.tensors[name]
        if not _one(tuple(tensor.dims)) or DTYPES.get(tensor.data_type, "?")[0] != "float32":
            continue
        expected = float(array.reshape(-1)[0])
        actual = float(store.array(name).reshape(-1)[0])
        off = abs(actual - expected)
        if off <= _RELATIVE * max(abs(expected), abs(actual)):
            yield WeightSaid(name, name, "equal")
            continue
        yield WeightSaid(name, name, "changed", 1, 1, off, (0,), expected, actual, "is changed")


def _one(shape: tuple[int, ...]) -> bool:
    return math.prod(shape) == 1
