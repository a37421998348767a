"""Outputs that say which entry scored best: what the scores are, and along which axis."""

from collections.abc import Mapping
from dataclasses import dataclass

from parity.model.graph import Graph, Node
from parity.model.rules.trace import Trace

_BEST = frozenset(("argmax", "arg_max", "ArgMax", "argmin", "arg_min", "ArgMin"))
_SEVERAL = frozenset(("topk", "top_k", "top_k_v2", "TopK"))
_SORTS = frozenset(("argsort",))
_STILL = frozenset(("identity", "cast", "squeeze", "unsqueeze", "reshape", "flatten"))


@dataclass(frozen=True)
class Selection:
    """An op that selects by score.

    scores: the tensor that is selected from. axis: along which; None for all of its elements.
    count: how many are selected; 0 for all, None where that is computed.
    """

    scores: str
    axis: int | None
    count: int | None


def direct(graph: Graph) -> dict[str, Selection]:
    """By output the selection of which it holds the indices."""
    found: dict[str, Selection] = {}
    for spec in graph.outputs:
        node = graph.producers.get(spec.name)
        while node is not None and node.op in _STILL:
            node = graph.producers.get(node.inputs[0])
        selection = _selection(graph, node) if node is not None else None
        if selection is not None and spec.dtype.startswith(("int", "uint")):
            found[spec.name] = selection
    return found


def behind(graph: Graph, output: str) -> tuple[Selection, ...]:
    """Every selection that an output depends on."""
    found: dict[Selection, None] = {}
    seen, waiting = {output}, [output]
    while waiting:
        node = graph.producers.get(waiting.pop())
        if node is None:
            continue
        selection = _selection(graph, node)
        if selection is not None:
            found[selection] = None
        for name in node.inputs:
            if name and name not in seen:
                seen.add(name)
                waiting.append(name)
    return tuple(found)


def _selection(graph: Graph, node: Node) -> Selection | None:
    attributes = node.attributes
    if node.op in _SORTS:
        return Selection(node.inputs[0], _int(attributes, "axis", -1), 0)
    if node.op in _SEVERAL:
        said = attributes.get("k")
        count = _second(graph, node)
        if count is None and isinstance(said, (int, float)):
            count = said
        return Selection(
            node.inputs[0], _int(attributes, "axis", -1), None if count is None else int(count)
        )
    if node.op not in _BEST:
        return None
    if attributes.get("flatten") is True:
        return Selection(node.inputs[0], None, 1)
    # Paddle 3 has the axis as a tensor, where -1 is also said without "flatten".
    axis = _second(graph, node)
    if axis is None:
        axis = _int(attributes, "axis", 0 if node.name.startswith("Arg") else -1)
    return Selection(node.inputs[0], int(axis), 1)


def _second(graph: Graph, node: Node) -> float | None:
    """The value of a node's second input, where it is stored."""
    if len(node.inputs) < 2:
        return None
    return graph.scalar(Trace(graph).origin(node.inputs[1]))


def _int(attributes: Mapping[str, object], key: str, default: int) -> int:
    value = attributes.get(key)
    return int(value) if isinstance(value, (int, float)) else default
