"""How far computed position ids reach, as a function of the sequence length S."""

from dataclasses import dataclass

from parity.model.ops import MOVES
from parity.model.rules.trace import Trace

COUNTERS = frozenset(("range", "cumsum"))
"""Ops that count positions."""


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
    return int(rows - 1 - reach.high)


def _reach(trace: Trace, name: str, depth: int) -> Reach | None:
    graph = trace.graph
    if name in graph.constants:
        value = graph.constants[name]
        if not value.size or value.dtype.kind not in "iufb":
            return None
        return Reach(0, float(value.min()), float(value.max()))
    node = graph.producers.get(name)
    if node is None or depth > 64:
        return None

    def of(index: int) -> Reach | None:
        return _reach(trace, node.inputs[index], depth + 1) if index < len(node.inputs) else None

    if node.op in ("slice", "gather") and trace.made_by(node.inputs[0], frozenset(("shape",))):
        return Reach(1, 0, 0)
    if node.op == "slice" and _counts_up(trace, node.inputs[0]):
        # A stored [0, 1, 2, …], cut to the length of the ids.
        return Reach(1, 0, -1)
    if node.op in MOVES:
        return of(0)
    match node.op:
        case "shape":
            return Reach(1, 0, 0)
        case "equal" | "not_equal" | "less" | "greater" | "not" | "and" | "or":
            return Reach(0, 0, 1)
        case "full_like":
            fill = node.attributes.get("value")
            return Reach(0, float(fill), float(fill)) if isinstance(fill, (int, float)) else None
        case "range":
            start, end = of(0), of(1)
            if start is None or end is None or start.sequence:
                return None
            return Reach(end.sequence, start.low, end.high - 1)
        case "cumsum":
            summed = of(0)
            if summed is None or summed.sequence or not 0 <= summed.low <= summed.high <= 1:
                return None
            exclusive = 1 if node.attributes.get("exclusive") else 0
            return Reach(int(summed.high), summed.low, -exclusive * summed.high)
        case "add" | "sub" | "mul" | "scale":
            return _arithmetic(trace, name, of(0), of(1))
    return None


def _arithmetic(trace: Trace, name: str, left: Reach | None, right: Reach | None) -> Reach | None:
    node = trace.graph.producers[name]
    if node.op == "scale":
        factor, bias = node.attributes.get("scale"), node.attributes.get("bias")
        right = Reach(0, float(bias), float(bias)) if isinstance(bias, (int, float)) else None
        if factor != 1:
            return None
    if left is None or right is None:
        return None
    if node.op == "sub":
        if right.fixed is None:
            return None
        return Reach(left.sequence, left.low - right.fixed, left.high - right.fixed)
    if node.op == "mul":
        # Times a mask: never further than without it.
        for kept, mask in ((left, right), (right, left)):
            if mask.sequence == 0 and 0 <= mask.low <= mask.high <= 1:
                return Reach(kept.sequence, min(0.0, kept.low), kept.high)
        return None
    if left.sequence + right.sequence > 1:
        return None
    return Reach(left.sequence + right.sequence, left.low + right.low, left.high + right.high)


def _counts_up(trace: Trace, name: str) -> bool:
    value = trace.graph.constants.get(trace.origin(name))
    if value is None or value.size < 2 or value.dtype.kind != "i":
        return False
    flat = value.reshape(-1)
    return bool((flat[1:] - flat[:-1] == 1).all()) and int(flat[0]) == 0
