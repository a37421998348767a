"""Where a model rounds to whole numbers, so that a number next to a turn falls on either side."""

from parity.model.formats.onnx_graph import DTYPES
from parity.model.graph import Graph, Node

_TURNS = ("Floor", "Ceil", "Round", "Sign", "ArgMax", "ArgMin", "TopK")

_FLOATS = frozenset((
    "Log", "Exp", "Sqrt", "Reciprocal", "Pow", "Div", "Sigmoid", "Tanh", "Softmax", "MatMul",
    "Gemm", "Conv", "Erf", "Sin", "Cos", "ReduceMean", "GlobalAveragePool", "LayerNormalization",
    "BatchNormalization",
))  # fmt: skip
"""Ops that leave numbers between the whole ones."""

_STEPS = 12
"""Ops between such a one and the cast to whole numbers, at most."""


def turn(graph: Graph) -> Node | None:
    """An op of an ONNX graph on which an output depends, and that turns; None where none does."""
    for node in graph.nodes:
        if graph.live.isdisjoint(node.outputs):
            continue
        if node.name in _TURNS or (_to_whole(node) and _of_floats(graph, node)):
            return node
    return None


def _to_whole(node: Node) -> bool:
    to = node.attributes.get("to")
    if node.name != "Cast" or not isinstance(to, int):
        return False
    return DTYPES.get(to, ("", 0))[0].startswith(("int", "uint"))


def _of_floats(graph: Graph, node: Node) -> bool:
    names = set(node.inputs)
    for _ in range(_STEPS):
        makers = [m for m in (graph.producers.get(name) for name in names) if m is not None]
        if any(m.name in _FLOATS for m in makers):
            return True
        names = {name for m in makers for name in m.inputs if name}
    return False
