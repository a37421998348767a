"""What of a reference counts: the parameters that its outputs depend on, and factors near them."""

import math
from dataclasses import dataclass

from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of, sense
from parity.model.graph import Graph
from parity.model.lowered.parameters import Parameter, parameters

_HOPS = 4
"""From what reads a weight to the constant that its product is multiplied by: the addition of a
bias, a reshape, a transpose, the factor."""

_THROUGH = ("add", "reshape", "transpose", "scale", "mul", "div", "identity", "cast", "matmul")


@dataclass(frozen=True, eq=False)
class Reference:
    """graph: of the reference. parameters: those that count, by name. format: of its file.

    factors: constants by which the graph multiplies what is made of a parameter.
    """

    graph: Graph
    parameters: dict[str, Parameter]
    factors: dict[str, frozenset[float]]
    format: str


def read(artifact: Artifact) -> Reference:
    """Read what a reference stores, mapped. Raises ModelError."""
    with sense(artifact.program):
        graph = graph_of(artifact.program)
        found = {n: p for n, p in parameters(artifact).items() if n in graph.live}
        factors = {name: _factors(graph, name) for name in found}
        return Reference(graph, found, factors, artifact.format)


def _factors(graph: Graph, name: str) -> frozenset[float]:
    found: set[float] = set()
    level = {name}
    for _ in range(_HOPS):
        nodes = [node for tensor in level for node in graph.readers(tensor)]
        for node in nodes:
            given = [node.attributes.get(key) for key in ("scale", "alpha")]
            given += [graph.scalar(i) for i in node.inputs if i and i not in level]
            numbers = (float(n) for n in given if isinstance(n, int | float))
            found |= {f for n in numbers if n and math.isfinite(n) for f in (n, 1 / n)}
        level = {out for n in nodes if n.op in _THROUGH for out in n.outputs if out}
    return frozenset(found - {1.0})
