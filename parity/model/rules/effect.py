"""What a mask does: which of its two values lowers an attention score.

A mask is followed from where it is 0 or 1 up to a softmax, through the
arithmetic that makes ``(1 - mask) * -1e4``, ``where(mask, scores, -inf)`` or
``(ids == pad) * -1e4``; its two values are computed along the way.
"""

from dataclasses import dataclass
from typing import Literal

from parity.model.formats.ops import MOVES
from parity.model.graph import Node
from parity.model.rules.trace import Trace

_LIMIT = 4096

_COMPUTES = frozenset(("gather", "matmul", "rnn", "layer_norm", "conv2d"))
"""Ops that no mask is made by."""

_KEEP = frozenset(("and", "or", "stack", "concat", "Concat", "combine"))
"""Ops that mix a mask with others, or make a copy of it a head."""


@dataclass(frozen=True)
class Effect:
    """Where a mask ends, and what its 0 and its 1 have become there.

    kind: "attention" before a softmax; "multiply" as a factor of other values.
    """

    kind: Literal["attention", "multiply"]
    zero: float
    one: float
    node: Node


def effects(trace: Trace, mask: str, *, own: frozenset[str]) -> list[Effect]:
    """Everything that a tensor of zeros and ones does as a mask.

    own: the inputs that the mask itself depends on; a factor that depends on
    others is data that the mask multiplies.
    """
    found: list[Effect] = []
    seen = {mask}
    waiting: list[tuple[str, float, float]] = [(mask, 0.0, 1.0)]
    while waiting and len(seen) < _LIMIT:
        tensor, zero, one = waiting.pop(0)
        for node in trace.graph.readers(tensor):
            ends = _end(trace, node, tensor, own)
            if ends:
                found.append(Effect(ends, zero, one, node))
                continue
            after = _through(trace, node, tensor, zero, one)
            if after is None:
                continue
            for output in node.outputs[:1]:
                if output not in seen:
                    seen.add(output)
                    waiting.append((output, *after))
    return found


def attention(found: list[Effect]) -> Effect | None:
    """The first effect before a softmax that tells 0 from 1."""
    return next((e for e in found if e.kind == "attention" and e.zero != e.one), None)


def _end(
    trace: Trace, node: Node, tensor: str, own: frozenset[str]
) -> Literal["attention", "multiply"] | None:
    if node.op in ("softmax", "attention"):
        return "attention"
    if node.op == "mul":
        for other in node.inputs:
            if other != tensor and _is_data(trace, other, own):
                return "multiply"
    return None


def _is_data(trace: Trace, name: str, own: frozenset[str]) -> bool:
    """Whether a factor is what a mask multiplies, and not another form of the mask."""
    return bool(trace.roots(name, shapes=False) - own) or trace.made_by(name, _COMPUTES)


def _through(
    trace: Trace, node: Node, tensor: str, zero: float, one: float
) -> tuple[float, float] | None:
    """The two values after a node; None if the mask does not pass through it."""
    if node.op in MOVES:
        if node.inputs[0] != tensor:
            return None
        if node.op == "cast" and _to_bool(node):
            return float(zero != 0), float(one != 0)
        return zero, one
    if node.op == "not":
        return float(not zero), float(not one)
    if node.op in _KEEP:
        return zero, one
    if node.op == "scale":
        return _scale(node, zero), _scale(node, one)
    if node.op == "where":
        return _where(trace, node, tensor, zero, one)
    if node.op == "matmul" and len(node.inputs) >= 2:
        # The product of a column with itself as a row: ones where both ends count.
        same = trace.roots(node.inputs[0], shapes=False) == trace.roots(
            node.inputs[1], shapes=False
        )
        return (zero * zero, one * one) if same else None
    if node.op not in ("add", "sub", "mul", "div", "equal", "not_equal") or len(node.inputs) < 2:
        return None
    left = node.inputs[0] == tensor
    other = trace.graph.scalar(trace.origin(node.inputs[1] if left else node.inputs[0]))
    return _apply(node.op, zero, other, left), _apply(node.op, one, other, left)


def _to_bool(node: Node) -> bool:
    """ONNX says 9, Paddle 3 "bool", Paddle 2 out_dtype 0."""
    attributes = node.attributes
    onnx, pir, desc = (attributes.get(key) for key in ("to", "dtype", "out_dtype"))
    return onnx == 9 or pir == "bool" or (desc == 0 and "out_dtype" in attributes)


def _apply(op: str, value: float, other: float | None, left: bool) -> float:
    if other is None:
        # Scores, another mask, a factor made of the mask itself: the order of the two stays.
        return -value if op == "sub" and not left else value
    match op:
        case "add":
            return value + other
        case "sub":
            return value - other if left else other - value
        case "mul":
            return value * other
        case "div":
            return value / other if left and other else value
        case "equal":
            return float(value == other)
        case _:
            return float(value != other)


def _scale(node: Node, value: float) -> float:
    factor, bias = node.attributes.get("scale"), node.attributes.get("bias")
    factor = float(factor) if isinstance(factor, (int, float)) else 1.0
    bias = float(bias) if isinstance(bias, (int, float)) else 0.0
    if node.attributes.get("bias_after_scale") is False:
        return (value + bias) * factor
    return value * factor + bias


def _where(
    trace: Trace, node: Node, tensor: str, zero: float, one: float
) -> tuple[float, float] | None:
    condition, yes, no = (*node.inputs, "", "", "")[:3]
    if condition != tensor:
        return zero, one
    # What is no constant is scores or zeros: 0 beside -1e4 or -inf.
    chosen = trace.graph.scalar(trace.origin(yes)) or 0.0
    left = trace.graph.scalar(trace.origin(no)) or 0.0
    return (chosen if zero else left), (chosen if one else left)
