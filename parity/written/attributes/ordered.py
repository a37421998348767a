"""Ops and nodes by their order, where a file has no names of Paddle's.

Only kinds of which both sides have as many are looked at. A runtime may write nodes that don't
depend on each other in another order: so an op is only paired with a node of other attributes
where all of the kind, taken together, don't have the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from parity.model.formats.onnx_graph import opened
from parity.model.graph import Node
from parity.model.lowered.store import Store
from parity.written.attributes.aligned import Stretch
from parity.written.attributes.expected import Read
from parity.written.attributes.found import Reader
from parity.written.attributes.known import Constants
from parity.written.attributes.rule import Rule, Value

Near = Callable[[Value, Value], bool]
Rules = Mapping[str, tuple[Rule, ...]]

_INNER = ("Add", "Mul", "Div", "Pow", "Sub", "Transpose", "Unsqueeze", "Squeeze", "Reshape", "Cast",
          "Gather", "Slice", "Concat", "ReduceMean", "ReduceSum")  # fmt: skip
"""Kinds that exporters also make as parts of others: their number and order say nothing."""


def stretches(
    read: Read, store: Store, rules: Rules, constants: Constants, near: Near
) -> Iterator[Stretch]:
    """An op and the one node that stands for it, of each kind that can be told."""
    ops: defaultdict[str, list[Node]] = defaultdict(list)
    for op in read.graph.nodes:
        for kind in kinds(rules.get(op.name.removeprefix("pd_op."), ())):
            if _becomes(op, kind):
                ops[kind].append(op)
    nodes = _in_file_order(store)
    for kind, those in ops.items():
        found = nodes.get(kind, [])
        if len(found) == len(those):
            yield from _paired(kind, those, found, read, rules, constants, near)


def kinds(rules: Sequence[Rule]) -> set[str]:
    """The kinds of nodes of which one can stand for an op."""
    return {kind for rule in rules for kind in rule.nodes} - {*_INNER}


def _becomes(op: Node, kind: str) -> bool:
    """Whether an op becomes this of several kinds."""
    by_mode = {"LSTM": "LSTM", "GRU": "GRU", "RNN_TANH": "RNN", "RNN_RELU": "RNN"}
    by_type = {"max": "MaxPool", "avg": "AveragePool"}
    wanted = by_mode.get(str(op.attributes.get("mode")))
    if kind in by_mode.values() and wanted is not None:
        return kind == wanted and op.attributes.get("num_layers") == 1
    pooled = by_type.get(str(op.attributes.get("pooling_type")))
    if pooled is None:
        return True
    return kind == pooled and not (
        op.attributes.get("adaptive") or op.attributes.get("global_pooling")
    )


def _in_file_order(store: Store) -> dict[str, list[Any]]:
    model, _ = opened(store.path)
    alive = {tuple(node.output) for node in store.nodes}
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for node in model.graph.node:
        if tuple(node.output) in alive:
            found[node.op_type].append(node)
    return found


def _paired(
    kind: str, ops: list[Node], nodes: list[Any], read: Read, rules: Rules,
    constants: Constants, near: Near,
) -> Iterator[Stretch]:  # fmt: skip
    signs = [_expects(op, kind, node, read, rules, constants, near)
             for op, node in zip(ops, nodes, strict=True)]  # fmt: skip
    if all(signs):
        yield from (Stretch(op, (node,)) for op, node in zip(ops, nodes, strict=True))
        return
    # In another order, perhaps: take from the nodes what fits, in order; what is left is paired.
    free = list(nodes)
    left = []
    for op in ops:
        fits = next((n for n in free if _expects(op, kind, n, read, rules, constants, near)), None)
        if fits is None:
            left.append(op)
            continue
        free = [n for n in free if n is not fits]
        yield Stretch(op, (fits,))
    yield from (Stretch(op, (node,)) for op, node in zip(left, free, strict=True))


def _expects(
    op: Node, kind: str, node: Any, read: Read, rules: Rules, constants: Constants, near: Near
) -> bool:
    for rule in rules[op.name.removeprefix("pd_op.")]:
        if kind not in rule.nodes or not read.holds(op, rule):
            continue
        expected = read.expected(op, rule)
        actual = Reader(constants, (node,), read.rank(op, rule.of)).read(node, rule)
        if expected is None or actual is None:
            continue
        if not any(near(value, actual.value) for value in expected.values):
            return False
    return True
