"""Attributes of a candidate that can't be meant, whether or not a feed shows it.

Paddle2ONNX 2.1 reads some that Paddle 3 stores as double as memory that nobody wrote to: 2e31,
2.5e-43, another one with each export. A number that the reference has, too, is meant.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity.compare.attributes import AttributeAbsurd
from parity.model.formats.read import graph_of, sense
from parity.model.graph import Graph
from parity.model.lowered.store import Store
from parity.verify.checks import Asked, Said

_TINY = float(np.finfo(np.float32).tiny)  # the smallest normal number; nobody sets a smaller one
_STEEP = 1e4  # a slope or limit of an activation; those of known networks are below 100
_FILL = 1e10  # what fills borders; beyond it only the ends of a float's range are meant
_WHOLE = 3e38  # near the largest float, which stands for infinity
_MOST_EPSILON = 1.0  # as large as the variance to which it is added; known ones are below 0.01

Absurd = Callable[[float], str]


def _tiny(value: float) -> str:
    return "is no normal number" if 0 < abs(value) < _TINY or math.isnan(value) else ""


def _epsilon(value: float) -> str:
    if value < 0:
        return "is negative"
    if not value:
        return "lets a variance of zero be divided by"
    large = not value < _MOST_EPSILON
    return _tiny(value) or ("is as large as what it is added to" if large else "")


def _slope(value: float) -> str:
    steep = not abs(value) < _STEEP
    return _tiny(value) or ("is steeper than any activation" if steep else "")


def _fill(value: float) -> str:
    strange = _FILL < abs(value) < _WHOLE
    return _tiny(value) or ("is neither a number of a network nor the end of a range" * strange)


@dataclass(frozen=True)
class _Row:
    """ops: none for all. place: an attribute, or the number of an input. name: for people."""

    ops: tuple[str, ...]
    place: str | int
    name: str
    absurd: Absurd


_SLOPES = ("LeakyRelu", "Elu", "Celu", "Selu", "ThresholdedRelu", "HardSigmoid")

_ROWS = (
    _Row((), "epsilon", "epsilon", _epsilon),
    _Row(_SLOPES, "alpha", "alpha", _slope),
    _Row(("HardSigmoid",), "beta", "beta", _slope),
    _Row(("Selu",), "gamma", "gamma", _slope),
    _Row(("Shrink",), "lambd", "lambd", _slope),
    _Row(("Shrink",), "bias", "bias", _slope),
    _Row(("Clip",), "min", "min", _fill),
    _Row(("Clip",), "max", "max", _fill),
    _Row(("Clip",), 1, "min", _fill),
    _Row(("Clip",), 2, "max", _fill),
    _Row(("Pad",), "value", "value", _fill),
    _Row(("Pad",), 2, "value", _fill),
)


def before(asked: Asked) -> Said:
    """A finding for each. Raises ModelError for files that are damaged."""
    request = asked.request
    program = request.candidate.model.program
    if request.candidate.model.format != "onnx":
        return Said()
    with sense(program):
        store = Store(program)
        told = list(_absurd(store))
    if not told:
        return Said()
    graph = graph_of(request.reference.model.program)
    own = _epsilons(graph), _numbers(graph)
    return Said(tuple(f for f in told if np.float32(f.value) not in own[f.attribute != "epsilon"]))


def _absurd(store: Store) -> Iterator[AttributeAbsurd]:
    for node in store.nodes:
        for row in _ROWS:
            if row.ops and node.op_type not in row.ops:
                continue
            value = _value(store, node, row.place)
            why = row.absurd(value) if value is not None and _used(node) else ""
            if value is not None and why:
                name = node.name or next((o for o in node.output if o), "")
                yield AttributeAbsurd(name, node.op_type, row.name, value, why)


def _value(store: Store, node: Any, place: str | int) -> float | None:
    if isinstance(place, str):
        return next((float(a.f) for a in node.attribute if a.name == place and a.type == 1), None)
    held = store.source(node.input[place]) if len(node.input) > place else None
    if held is None or np.prod(store.shape(held)) != 1 or "float" not in store.dtype(held):
        return None
    return float(store.array(held).reshape(-1)[0])


def _used(node: Any) -> bool:
    """Whether the value counts: what fills borders does in one of a pad's modes only."""
    modes = [a.s for a in node.attribute if a.name == "mode"]
    return node.op_type != "Pad" or modes in ([], [b"constant"])


def _epsilons(graph: Graph) -> set[np.float32]:
    """Of the reference, where the same number means something else elsewhere."""
    found = (node.attributes.get("epsilon") for node in graph.nodes)
    return {np.float32(n) for n in found if isinstance(n, int | float)}


def _numbers(graph: Graph) -> set[np.float32]:
    """All that the reference has as an attribute or a constant."""
    listed = [v for node in graph.nodes for v in node.attributes.values() if v is not None]
    flat = [n for v in listed for n in (v if isinstance(v, tuple) else (v,))]
    found = {np.float32(n) for n in flat if isinstance(n, int | float)}
    for held in graph.constants.values():
        if held.dtype.kind in "fiu":
            found |= set(held.astype(np.float32).reshape(-1))
    return found
