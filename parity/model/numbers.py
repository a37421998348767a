"""Numbers that a graph itself names: ids that it treats apart, lengths at which it cuts.

A candidate that answers otherwise from position 150 on, or for id 1234, says so in its
graph; a feed at that place shows it, and hardly any other does.
"""

import math

import numpy as np
from numpy.typing import NDArray

from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of, sense
from parity.model.graph import CONSTANT_ELEMENTS, Graph
from parity.model.rules.form import Forms
from parity.model.rules.scalar import COMPARES, SMOOTH
from parity.model.rules.thresholds import Threshold, thresholds
from parity.model.rules.trace import Trace
from parity.model.rules.whole import turns
from parity.model.tensors import Array
from parity.model.weights import floats

_READ_BY = COMPARES | {"Min", "Max", "clip", "slice", "where", "range", "Mod", "minimum", "maximum"}
_SMALL = 64  # elements of a constant that may be a list of lengths
_MOST_NUMBERS = 8  # each costs three long feeds


def turning(artifact: Artifact, name: str) -> tuple[int, ...]:
    """The values of an input at which the graph turns, with their neighbours. Raises ModelError."""
    graph = graph_of(artifact.program)
    with sense(artifact.program):
        if not any(spec.name == name for spec in graph.inputs):
            return ()
        return turns(Forms(Trace(graph)), name)


def held_against(artifact: Artifact, name: str) -> tuple[Threshold, ...]:
    """The numbers that the graph holds single floats of an input against. Raises ModelError."""
    graph = graph_of(artifact.program)

    def stored(tensor: str) -> NDArray[np.generic] | None:
        kept = graph.parameters.get(tensor)
        if kept is None or not 0 < math.prod(kept.shape) <= CONSTANT_ELEMENTS:
            return None
        return floats(artifact, (tensor,)).get(tensor)

    with sense(artifact.program):
        if not any(spec.name == name for spec in graph.inputs):
            return ()
        return thresholds(Forms(Trace(graph), SMOOTH), name, stored)


def cuts(reference: Artifact, candidate: Artifact, longest: int) -> tuple[int, ...]:
    """Lengths, up to ``longest``, around numbers that only the candidate's graph compares,
    clips or cuts by. Raises ModelError.
    """
    known = _all(graph_of(reference.program))
    own = sorted(n for n in _own(candidate) if n not in known and 2 <= n <= longest)
    near = {n + more for n in own[:_MOST_NUMBERS] for more in (0, 1, 2)}
    return tuple(sorted(n for n in near if n <= longest))


def _own(candidate: Artifact) -> set[int]:
    graph = graph_of(candidate.program)
    trace = Trace(graph)
    found: set[int] = set()
    for node in graph.nodes:
        if node.op not in _READ_BY or not any(
            trace.roots(name, shapes=True) for name in node.inputs if name
        ):
            continue  # what cuts weights says nothing of lengths
        for name in node.inputs:
            value = graph.constants.get(trace.origin(name)) if name else None
            found |= _whole(value)
        for said in node.attributes.values():
            if isinstance(said, (int, float, tuple)):
                found |= _whole(np.asarray(said))
    return found | _inner(candidate)


def _inner(candidate: Artifact) -> set[int]:
    """Of branches and functions every small constant: the graph here doesn't show their ops."""
    if candidate.format != "onnx":
        return set()
    from onnx import numpy_helper

    from parity.model.formats.onnx_graph import opened
    from parity.model.formats.onnx_walk import inside, tensors

    model, _ = opened(candidate.program)
    graphs = [inner for node in model.graph.node for inner in inside(node)]
    found: set[int] = set()
    for tensor in [t for graph in graphs for t in tensors(graph)]:
        small = tensor.data_type in (1, 6, 7) and int(np.prod(tensor.dims)) <= _SMALL
        if small and tensor.data_location != tensor.EXTERNAL:
            found |= _whole(numpy_helper.to_array(tensor))
    return found


def _all(graph: Graph) -> set[int]:
    """Every whole number that a graph holds anywhere."""
    found: set[int] = set()
    for value in graph.constants.values():
        found |= _whole(value)
    for node in graph.nodes:
        for said in node.attributes.values():
            if isinstance(said, (int, float, tuple)):
                found |= _whole(np.asarray(said))
    return found


def _whole(value: Array | None) -> set[int]:
    if value is None or value.size > _SMALL or value.dtype.kind not in "iuf":
        return set()
    numbers = np.asarray(value, np.float64).reshape(-1)
    return {int(n) for n in numbers if np.isfinite(n) and n == np.rint(n) and 0 < n < 2**31}
