"""The guilty node between its neighbours, as data that a person or a drawing can use."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from parity.model.parts.onnx_cut import Graph
from parity.written.culprit import Culprit

STEPS = 2
"""Each way: what makes its inputs, and theirs; what reads its outputs, and theirs."""

_EACH = 3  # nodes of one distance; a tensor may have hundreds of readers


@dataclass(frozen=True)
class Neighbour:
    """A node of the strip. distance: steps from the guilty one, negative before it, 0 itself.

    inputs, outputs: names of its tensors, stored ones too. further: nodes of the same distance
    that were left out, said by the last of them.
    """

    node: str
    op_type: str
    distance: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    further: int = 0


def strip(graph: Graph, culprit: Culprit) -> tuple[Neighbour, ...]:
    """Two steps each way, in the order of the data; () where the node isn't in the graph.

    Identity is no step.
    """
    at = next((i for i, n in enumerate(graph.nodes) if culprit.node in (n.name, *n.output)), None)
    return () if at is None else _around(graph, at)


def reading(graph: Graph, tensor: str) -> tuple[Neighbour, ...]:
    """The same around the first node that reads a tensor."""
    at = next((i for i, names in enumerate(graph.reads) if tensor in names), None)
    return () if at is None else _around(graph, at)


def drawn(neighbours: Sequence[Neighbour]) -> str:
    """One line: `Gather a → Add b → [Tanh c] → MatMul d`."""
    told: list[str] = []
    for distance in range(-STEPS, STEPS + 1):
        here = [n for n in neighbours if n.distance == distance]
        if not here:
            continue
        text = ", ".join(f"{n.op_type} {n.node}" for n in here)
        more = here[-1].further
        text += f" and {more} more" if more else ""
        told.append(f"[{text}]" if distance == 0 else text)
    return " → ".join(told)


def _around(graph: Graph, at: int) -> tuple[Neighbour, ...]:
    readers: dict[str, list[int]] = {}
    for node, names in enumerate(graph.reads):
        for name in names:
            readers.setdefault(name, []).append(node)

    def makers(node: int) -> list[int]:
        return [graph.made_by[n] for n in graph.reads[node] if n in graph.made_by]

    def users(node: int) -> list[int]:
        return [r for name in graph.nodes[node].output for r in readers.get(name, ())]

    seen = {at}
    found = {0: [at]}
    for way, step in ((-1, makers), (1, users)):
        level = [at]
        for distance in range(1, STEPS + 1):
            level = _loud(graph, (n for node in level for n in step(node)), step, seen)
            found[way * distance] = level
    return tuple(n for d in sorted(found) for n in _neighbours(graph, found[d], d))


def _loud(
    graph: Graph, nodes: Iterable[int], step: Callable[[int], list[int]], seen: set[int]
) -> list[int]:
    """Nodes that compute, each once, in place of those that only hand on."""
    found: list[int] = []
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        if node in seen or graph.nodes[node].op_type == "Constant":
            continue
        seen.add(node)
        if graph.nodes[node].op_type == "Identity":
            waiting += step(node)
        else:
            found.append(node)
    return found


def _neighbours(graph: Graph, nodes: Sequence[int], distance: int) -> list[Neighbour]:
    left = len(nodes) - _EACH
    return [
        Neighbour(
            graph.nodes[n].name or graph.nodes[n].output[0], graph.nodes[n].op_type, distance,
            tuple(graph.nodes[n].input), tuple(graph.nodes[n].output),
            left if left > 0 and i == _EACH - 1 else 0,
        )
        for i, n in enumerate(nodes[:_EACH])
    ]  # fmt: skip
