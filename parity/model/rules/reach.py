"""How far computed position ids reach, as a function of the sequence length S."""

from dataclasses import dataclass

import numpy as np

from parity.model.formats.ops import MOVES
from parity.model.graph import Attribute, Node
from parity.model.rules.trace import Trace

COUNTERS = frozenset(("range", "cumsum"))
"""Ops that count positions."""

_SHAPE = frozenset(("shape",))

_DEEPEST = 64


@dataclass(frozen=True)
class Reach:
    """Values between ``low`` and ``S * sequence + high`` (sequence is 0 or 1)."""

    sequence: int
    low: float
    high: float

    @property
    def fixed(self) -> float | None:
        return self.low if self.sequence == 0 and self.low == self.high else None


def longest(trace: Trace, ids: str, rows: int) -> int | None:
    """The longest sequence whose computed ids stay below ``rows``; None if not known."""
    reach = _reach(trace, ids, 0)
    if reach is None or reach.sequence == 0:
        return None
    stored = trace.graph.constants.get(trace.origin(ids))
    bound = int(rows - 1 - reach.high)
    return bound if stored is None else min(bound, stored.size)


def _reach(trace: Trace, name: str, depth: int) -> Reach | None:
    value = trace.graph.constants.get(name)
    if value is not None:
        numbers = value.size and value.dtype.kind in "iufb"
        return Reach(0, float(np.min(value)), float(np.max(value))) if numbers else None
    node = trace.graph.producers.get(name)
    if node is None or depth > _DEEPEST:
        return None
    cut = _cut(trace, node)
    if cut is not None:
        return cut
    if node.op in ("equal", "not_equal", "less", "greater", "not", "and", "or"):
        return Reach(0, 0, 1)
    if node.op == "full_like":
        return _fixed(node.attributes.get("value"))
    read = [_reach(trace, tensor, depth + 1) for tensor in node.inputs[:2]]
    if not read or read[0] is None:
        return None
    if node.op in MOVES:
        return read[0]
    if node.op == "cumsum":
        return _cumsum(node, read[0])
    if node.op == "scale":
        return _scaled(node, read[0])
    second = read[1] if len(read) > 1 else None
    two = {"range": _range, "add": _add, "sub": _sub, "mul": _mul}.get(node.op)
    return two(read[0], second) if two and second is not None else None


def _cut(trace: Trace, node: Node) -> Reach | None:
    """A length, or a stored [0, 1, 2, …] cut to one."""
    if node.op == "shape":
        return Reach(1, 0, 0)
    if node.op in ("slice", "gather") and trace.made_by(node.inputs[0], _SHAPE):
        return Reach(1, 0, 0)
    if node.op == "slice" and _counts_up(trace, node.inputs[0]):
        return Reach(1, 0, -1)
    return None


def _fixed(value: Attribute) -> Reach | None:
    return Reach(0, float(value), float(value)) if isinstance(value, (int, float)) else None


def _cumsum(node: Node, summed: Reach) -> Reach | None:
    if summed.sequence or not 0 <= summed.low <= summed.high <= 1:
        return None
    exclusive = 1 if node.attributes.get("exclusive") else 0
    return Reach(int(summed.high), summed.low, -exclusive * summed.high)


def _scaled(node: Node, read: Reach) -> Reach | None:
    factor, bias = _fixed(node.attributes.get("scale")), _fixed(node.attributes.get("bias"))
    if factor is None or bias is None:
        return None
    if factor.low == 0:
        return bias
    return _add(read, bias) if factor.low == 1 else None


def _range(start: Reach, end: Reach) -> Reach | None:
    return None if start.sequence else Reach(end.sequence, start.low, end.high - 1)


def _add(left: Reach, right: Reach) -> Reach | None:
    sequence = left.sequence + right.sequence
    return None if sequence > 1 else Reach(sequence, left.low + right.low, left.high + right.high)


def _sub(left: Reach, right: Reach) -> Reach | None:
    if right.fixed is None:
        return None
    return Reach(left.sequence, left.low - right.fixed, left.high - right.fixed)


def _mul(left: Reach, right: Reach) -> Reach | None:
    # Times a mask: never further than without it.
    for kept, mask in ((left, right), (right, left)):
        if mask.sequence == 0 and 0 <= mask.low <= mask.high <= 1:
            return Reach(kept.sequence, min(0.0, kept.low), kept.high)
    return None


def _counts_up(trace: Trace, name: str) -> bool:
    value = trace.graph.constants.get(trace.origin(name))
    if value is None or value.size < 2 or value.dtype.kind != "i":
        return False
    return bool(np.array_equal(value.reshape(-1), np.arange(value.size)))
