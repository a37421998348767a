"""The tables of a graph, the ids that index them, and which are summed together."""

from dataclasses import dataclass

from parity.model.graph import Node
from parity.model.ops import MOVES
from parity.model.rules.trace import Trace, Weights

# From an embedding to the adds that sum it with others; matmuls and norms end the walk.
_CARRIES = (MOVES - {"slice", "clip", "flatten", "dequantize"}) | {"scale", "mul"}


@dataclass(frozen=True, eq=False)
class Lookup:
    """One gather of rows from stored weights.

    ids: the tensor of ids, as the gather reads it. source: the input it is moved
    from unchanged; None for computed or constant ids. padding: the row that the
    model declares as padding, None if it declares none.
    sums: outputs of the adds that this embedding takes part in.
    """

    node: Node
    table: Weights
    ids: str
    source: str | None
    padding: int | None
    sums: frozenset[str]

    @property
    def rows(self) -> int:
        return self.table.shape[0]


def lookups(trace: Trace) -> list[Lookup]:
    """Every embedding of a graph, in graph order."""
    inputs = {spec.name for spec in trace.graph.inputs}
    found = []
    for node in trace.graph.nodes:
        if node.op != "gather" or node.attributes.get("axis", 0) not in (0, None):
            continue
        table = trace.weights(node.inputs[0])
        if table is None or len(table.shape) != 2:
            continue
        origin = trace.origin(node.inputs[1])
        source = origin if origin in inputs else None
        sums = _sums(trace, node.outputs[0])
        found.append(Lookup(node, table, node.inputs[1], source, _padding(trace, node), sums))
    return found


def groups(found: list[Lookup]) -> list[list[Lookup]]:
    """Lookups whose embeddings are summed, or that share their ids, together."""
    grouped: list[list[Lookup]] = []
    for lookup in found:
        near = [
            group
            for group in grouped
            if any(
                lookup.sums & other.sums
                or (lookup.source is not None and lookup.source == other.source)
                for other in group
            )
        ]
        grouped = [group for group in grouped if group not in near]
        grouped.append([*(member for group in near for member in group), lookup])
    return grouped


def _sums(trace: Trace, name: str) -> frozenset[str]:
    sums: set[str] = set()
    seen, waiting = {name}, [name]
    while waiting:
        current = waiting.pop()
        for node in trace.graph.readers(current):
            if node.op == "add" and _adds_data(trace, node, current):
                sums.add(node.outputs[0])
            elif node.op not in _CARRIES and node.op != "add":
                continue
            if node.outputs[0] not in seen:
                seen.add(node.outputs[0])
                waiting.append(node.outputs[0])
    return frozenset(sums)


def _adds_data(trace: Trace, node: Node, current: str) -> bool:
    """Whether an add sums two embeddings, and not one with a bias."""
    others = [other for other in node.inputs if other != current]
    return any(trace.weights(o) is None or sliced_table(trace, o) is not None for o in others)


def sliced_table(trace: Trace, name: str) -> Weights | None:
    """The position table behind ``table[:, :length]``; None if a tensor is no such slice."""
    node = trace.graph.producers.get(name)
    while node is not None and node.op in ("identity", "cast", "unsqueeze", "squeeze", "expand"):
        node = trace.graph.producers.get(node.inputs[0])
    if node is None or node.op != "slice":
        return None
    table = trace.weights(node.inputs[0])
    by_length = any(trace.roots(end, shapes=True) for end in node.inputs[1:] if end)
    return table if table and by_length and len(table.shape) in (2, 3) else None


def _padding(trace: Trace, node: Node) -> int | None:
    declared = node.attributes.get("padding_idx")
    if isinstance(declared, int) and not isinstance(declared, bool):
        return declared
    # Paddle2ONNX writes padding_idx as a product of the table with a mask of rows.
    product = trace.graph.producers.get(node.inputs[0])
    while product is not None and product.op in ("identity", "cast"):
        product = trace.graph.producers.get(product.inputs[0])
    rows = product.attributes.get("zero_rows") if product is not None else None
    if isinstance(rows, tuple) and len(rows) == 1:
        return int(rows[0])
    return None
