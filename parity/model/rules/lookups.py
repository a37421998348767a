"""The tables of a graph, the ids that index them, and which are summed together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from parity.model.formats.ops import MOVES
from parity.model.graph import Node
from parity.model.rules.form import Form, Forms
from parity.model.rules.safe import within
from parity.model.rules.scalar import COMPARES
from parity.model.rules.trace import Trace, Weights
from parity.model.rules.whole import ONE_HOTS, counted, one_hot_depth

# From an embedding to the adds that sum it with others; matmuls and norms end the walk.
_CARRIES = (MOVES - {"slice", "clip", "flatten", "dequantize"}) | {"scale", "mul"}


@dataclass(frozen=True, eq=False)
class Lookup:
    """One gather of rows from stored weights.

    ids: the tensor of ids, as the gather reads it. source: the input whose elements
    they are, or are made of one by one; None for other computed or constant ids.
    form: how they are made; None without a source. low, high: the ids of the input that
    the table has rows for. padding: the row that the model declares as padding, None if
    it declares none. sums: outputs of the adds that this embedding takes part in.
    """

    node: Node
    table: Weights
    ids: str
    source: str | None
    padding: int | None
    sums: frozenset[str]
    form: Form | None = None
    low: int = 0
    high: int = -1

    @property
    def bound(self) -> int:
        """The ids of the input are below this."""
        return self.high + 1

    @property
    def by_column(self) -> bool:
        """Whether only some entries of a fixed axis of the input index this table."""
        return self.form is not None and self.form.axis is not None

    @property
    def rows(self) -> int:
        return self.table.shape[0]


def lookups(trace: Trace) -> list[Lookup]:
    """Every embedding of a graph, in graph order."""
    forms = Forms(trace)
    found: list[Lookup] = []
    for node in trace.graph.nodes:
        if node.op == "gather" and node.attributes.get("axis", 0) in (0, None):
            found += _lookup(forms, node)
        elif node.op in ONE_HOTS or node.op == "equal":
            found += _by_one_hot(forms, node)
    return found


def _lookup(forms: Forms, node: Node) -> Iterator[Lookup]:
    trace = forms.trace
    table = trace.weights(node.inputs[0])
    if table is None or len(table.shape) != 2:
        return
    form = forms.of(node.inputs[1])
    sums = _sums(trace, node.outputs[0])
    made = Lookup(node, table, node.inputs[1], None, _padding(trace, node), sums)
    if form is None or not form.source:
        # Cut where it isn't known: still ids of that input, element for element.
        origin = trace.origin(node.inputs[1])
        source = origin if any(spec.name == origin for spec in trace.graph.inputs) else None
        yield replace(made, source=source, high=made.rows - 1)
        return
    column = form.columns[0] if form.columns else 0
    low, high = within(trace.graph, form, column, 0, made.rows - 1) or (0, -1)
    yield replace(made, source=form.source, form=form, low=low, high=high)


def _by_one_hot(forms: Forms, node: Node) -> Iterator[Lookup]:
    """Ids that are spread to ones and zeros, and multiplied with a table."""
    trace = forms.trace
    first, second = (*node.inputs, "")[:2]
    for ids, other in ((first, second), (second, first)):
        form = forms.of(ids)
        if form is None or not form.source:
            continue
        if node.op in COMPARES:
            listed = counted(forms, other)
        else:
            depth = one_hot_depth(forms, node) if ids == node.inputs[0] else None
            listed = (0, depth - 1) if depth else None
        product = next((n for n, i in trace.readers(node.outputs[0]) if n.op == "matmul"), None)
        table = trace.weights(product.inputs[1]) if product and len(product.inputs) > 1 else None
        if listed is None or product is None or table is None or len(table.shape) != 2:
            continue
        span = within(trace.graph, form, form.columns[0] if form.columns else 0, *listed)
        if listed[0] != 0 or table.shape[0] != listed[1] + 1 or span is None:
            continue
        gather = Node("gather", node.name, (product.inputs[1], ids), product.outputs)
        sums = _sums(trace, product.outputs[0])
        yield Lookup(gather, table, ids, form.source, None, sums, form, *span)


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
