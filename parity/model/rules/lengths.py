"""Inputs that hold the length of each row."""

from collections.abc import Iterator

from parity.model.graph import Node
from parity.model.rules.reach import COUNTERS
from parity.model.rules.trace import Trace
from parity.model.spec import Lengths, TensorSpec

_COUNTS = (
    *(
        "scale",
        "add",
        "sub",
        "mul",
        "div",
        "floor_divide",
        "elementwise_floordiv",
        "Floor",
        "floor",
    ),
    *("ceil", "Ceil"),
)
_COMPARES = ("less", "less_equal", "greater", "greater_equal")


def lengths(trace: Trace, spec: TensorSpec, words: list[str]) -> tuple[Lengths, str] | None:
    """The domain of a lengths input and why; None for an input that is none."""
    if len(spec.shape) not in (1, 2) or not spec.dtype.startswith(("int", "uint")):
        return None
    # One number for each of many steps is a duration, of which a row's length is the sum.
    many = len(spec.shape) == 2 and spec.shape[1] != 1
    for node, index in _uses(trace, spec.name):
        near: frozenset[str] = frozenset()
        if node.op == "rnn" and index == 1:
            near, use = trace.roots(node.inputs[0], shapes=False), f"{node.name} takes it as such"
        elif node.op == "sequence_mask" and index == 0:
            near, use = _shapes(trace, node.inputs[1:]), f"{node.name} takes it as such"
        elif not many and node.op in _COMPARES and trace.made_by(node.inputs[1 - index], COUNTERS):
            near, use = (
                _shapes(trace, (node.inputs[1 - index],)),
                "it is compared with a count of positions",
            )
        else:
            continue
        of = _sequence(trace, near - {spec.name}, words)
        if of is not None:
            return Lengths(of), f"{spec.name}: lengths of {of}, since {use}"
    return None


def _uses(trace: Trace, name: str) -> Iterator[tuple[Node, int]]:
    """What reads a tensor, or what numbers make of it: after strides a length is a part of it."""
    waiting, seen = [name], {name}
    while waiting:
        for node, index in trace.readers(waiting.pop()):
            yield node, index
            if node.op in _COUNTS and not trace.roots(node.outputs[0], shapes=False) - {name}:
                waiting += [o for o in node.outputs[:1] if o not in seen]
                seen.update(node.outputs[:1])


def _shapes(trace: Trace, names: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(trace.roots(name, shapes=True) for name in names if name))


def _sequence(trace: Trace, near: frozenset[str], words: list[str]) -> str | None:
    """The input whose rows are counted: the word ids at hand, else any sequence."""
    at_hand = [name for name in words if name in near] or words
    if at_hand:
        return at_hand[0]
    others = [s.name for s in trace.graph.inputs if len(s.shape) >= 2 and s.name in near]
    return others[0] if others else None
