"""A copy of an ONNX graph in which long sums are added up one element after the other.

Some kernels of Paddle do so, its pools with oneDNN and without; ONNX Runtime adds parts side by
side. Over a picture of 200 x 200 the first are off by up to a few hundred units in the last place,
always to one side, which no moved weight shows: a mean takes that out again. So it is run, and
measured.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LONG = 4096
"""Elements from which on an order matters: a random order is off by half a unit in the last place
times the root of their number, one after the other of equal ones by a quarter of the number."""

_AXES_INPUT = {"ReduceSum": 13, "ReduceMax": 18}  # from which on they take their axes as an input

_SHORT = 32  # of which nothing is made of that order: a later feed may have a hundred times as many

_CUMSUM = 11  # the opset from which on there is a sum of one after the other
_PREFIX = "parity/sums/"


Shape = tuple[int, ...]

Shapes = Callable[[Any, Sequence[str]], Mapping[str, Shape]]
"""Of some float32 tensors of a model, of other tensors nothing, on a large feed: those of others
are of the same rank. May raise whatever it likes."""


def one_by_one(model: Any, shapes: Shapes) -> tuple[Any, Any] | None:
    """The model and the copy; None where nothing is added up, or no such copy can be had.

    model: a ModelProto. Of an opset without such a sum both are of a later one, so that they
    differ in nothing else.
    """
    from onnx import version_converter

    if not any(node.op_type in _RULES for node in model.graph.node):
        return None
    try:
        if _opset(model) < _CUMSUM:
            model = version_converter.convert_version(model, _CUMSUM)
        wanted = [n.input[0] for n in model.graph.node if n.op_type in _RULES and n.input]
        known = shapes(model, list(dict.fromkeys(wanted)))
    except Exception:  # whatever they can't do: then there is no such measure
        return None
    copy = type(model)()
    copy.CopyFrom(model)
    maker = _Maker(_opset(model), known, _stored(model.graph))
    made: list[Any] = []
    for node in model.graph.node:
        made += maker.apart(node) or [node]
    if not maker.constants:
        return None
    del copy.graph.node[:]
    copy.graph.node.extend(made)
    copy.graph.initializer.extend(maker.constants.values())
    return model, copy


@dataclass
class _Maker:
    """Makes the nodes in place of one. shapes: of float32 tensors."""

    opset: int
    shapes: Mapping[str, Shape]
    stored: Mapping[str, tuple[int, ...]]
    constants: dict[str, Any] = field(default_factory=dict)
    nodes: list[Any] = field(default_factory=list)

    def apart(self, node: Any) -> list[Any]:
        """None for one that stays."""
        rule = _RULES.get(node.op_type)
        if rule is None or not node.input or node.input[0] not in self.shapes:
            return []
        axes = rule.axes(self, node)
        shape = self.shapes[node.input[0]]
        if not axes or np.prod([shape[axis] for axis in axes]) < _SHORT:
            return []
        self.nodes = []
        rule.make(self, node, axes)
        return self.nodes

    def add(self, op: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(op, inputs, [name], **attributes))
        return name

    def reduce(self, op: str, x: str, axes: Sequence[int], name: str, *, keepdims: int) -> str:
        """A reduction, with its axes where this opset has them."""
        if self.opset >= _AXES_INPUT[op]:
            return self.add(op, [x, self.constant(*axes)], name, keepdims=keepdims)
        return self.add(op, [x], name, axes=list(axes), keepdims=keepdims)

    def constant(self, *values: int, scalar: bool = False) -> str:
        from onnx import numpy_helper

        name = f"{_PREFIX}{'s' if scalar else ''}{','.join(map(str, values))}"
        array = np.array(values[0] if scalar else values, np.int64)
        self.constants[name] = numpy_helper.from_array(array, name)
        return name

    def sum(self, x: str, axes: Sequence[int], rank: int, name: str) -> tuple[str, str]:
        """The sum, with the axes that are kept; and how many were added, as a float.

        Of several axes in both orders, since kernels differ: the one that is further off counts.
        """
        kept = tuple(axis for axis in range(rank) if axis not in axes)
        at = len(kept)
        orders = [tuple(axes), *([tuple(reversed(axes))] if len(axes) > 1 else [])]
        flats = [
            self.flat(x, (*kept, *order), at, f"{name}{turn}/") for turn, order in enumerate(orders)
        ]
        along, last = self.constant(at, scalar=True), self.constant(-1, scalar=True)
        size = self.add("Shape", [flats[0]], f"{name}sizes")
        size = self.add("Gather", [size, along], f"{name}size", axis=0)
        totals = [
            self.add("Gather", [self.add("CumSum", [flat, along], f"{flat}/running"), last],
                     f"{flat}/total", axis=at)
            for flat in flats
        ]  # fmt: skip
        total = totals[0] if len(totals) == 1 else self.further(totals, flats[0], at, name)
        return total, self.add("Cast", [size], f"{name}count", to=1)

    def flat(self, x: str, perm: tuple[int, ...], at: int, name: str) -> str:
        """What is added up behind each other, along one axis."""
        if perm != tuple(range(len(perm))):
            x = self.add("Transpose", [x], f"{name}turned", perm=perm)
        return self.add("Reshape", [x, self.constant(*[0] * at, -1)], f"{name}flat")

    def further(self, totals: Sequence[str], flat: str, at: int, name: str) -> str:
        """Of two sums the one that is further from what it is in float64."""
        wide = self.add("Cast", [flat], f"{name}wide", to=11)
        exact = self.reduce("ReduceSum", wide, (at,), f"{name}exact", keepdims=0)
        near = self.add("Cast", [exact], f"{name}near", to=1)
        off = [
            self.add("Abs", [self.add("Sub", [t, near], f"{t}/less")], f"{t}/off") for t in totals
        ]
        first = self.add("Greater", off, f"{name}first")
        return self.add("Where", [first, *totals], f"{name}further")

    def like(self, node: Any, name: str) -> str:
        """The shape of what a node makes; it stays for that."""
        own = type(node)()
        own.CopyFrom(node)
        own.output[0] = f"{name}own"
        self.nodes.append(own)
        return self.add("Shape", [f"{name}own"], f"{name}shape")


def _reduce(maker: _Maker, node: Any, axes: tuple[int, ...]) -> None:
    x, result = node.input[0], node.output[0]
    name, rank = f"{_PREFIX}{result}/", len(maker.shapes[node.input[0]])
    shape = maker.like(node, name)
    if node.op_type in ("ReduceL2", "ReduceSumSquare"):
        x = maker.add("Mul", [x, x], f"{name}square")
    elif node.op_type == "ReduceL1":
        x = maker.add("Abs", [x], f"{name}size of each")
    total, count = maker.sum(x, axes, rank, name)
    if node.op_type in ("ReduceMean", "GlobalAveragePool"):
        total = maker.add("Div", [total, count], f"{name}mean")
    elif node.op_type == "ReduceL2":
        total = maker.add("Sqrt", [total], f"{name}root")
    maker.add("Reshape", [total, shape], result)


def _softmax(maker: _Maker, node: Any, axes: tuple[int, ...]) -> None:
    x, result = node.input[0], node.output[0]
    name, rank = f"{_PREFIX}{result}/", len(maker.shapes[node.input[0]])
    largest = maker.reduce("ReduceMax", x, axes, f"{name}largest", keepdims=1)
    raised = maker.add("Exp", [maker.add("Sub", [x, largest], f"{name}less")], f"{name}raised")
    total, _ = maker.sum(raised, axes, rank, name)
    shape = maker.add("Shape", [largest], f"{name}shape")
    total = maker.add("Reshape", [total, shape], f"{name}total, shaped")
    maker.add("Div", [raised, total], result)


_EACH = 13  # from which on Softmax is of one axis, before of all from one on


def _of_reduce(maker: _Maker, node: Any) -> tuple[int, ...]:
    rank = len(maker.shapes[node.input[0]])
    axes = next((tuple(a.ints) for a in node.attribute if a.name == "axes"), None)
    if axes is None and len(node.input) > 1 and node.input[1]:
        axes = maker.stored.get(node.input[1])
        if axes is None:
            return ()
    if axes is None:
        axes = tuple(range(rank))
    return tuple(sorted(axis % rank for axis in axes)) if rank else ()


def _of_pool(maker: _Maker, node: Any) -> tuple[int, ...]:
    return tuple(range(2, len(maker.shapes[node.input[0]])))


def _of_softmax(maker: _Maker, node: Any) -> tuple[int, ...]:
    rank = len(maker.shapes[node.input[0]])
    usual = -1 if maker.opset >= _EACH else 1
    axis = next((a.i for a in node.attribute if a.name == "axis"), usual) % max(1, rank)
    return (axis,) if rank and (maker.opset >= _EACH or axis == rank - 1) else ()


@dataclass(frozen=True)
class _Rule:
    axes: Callable[[_Maker, Any], tuple[int, ...]]
    make: Callable[[_Maker, Any, tuple[int, ...]], None]


_RULES = {
    "GlobalAveragePool": _Rule(_of_pool, _reduce),
    **{
        op: _Rule(_of_reduce, _reduce)
        for op in ("ReduceMean", "ReduceSum", "ReduceL1", "ReduceL2", "ReduceSumSquare")
    },
    "Softmax": _Rule(_of_softmax, _softmax),
}


def _opset(model: Any) -> int:
    return next((int(i.version) for i in model.opset_import if i.domain in ("", "ai.onnx")), 0)


def _stored(graph: Any) -> dict[str, tuple[int, ...]]:
    """What the graph holds that might be axes."""
    from onnx import TensorProto, numpy_helper

    held = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].name == "value":
            held[node.output[0]] = node.attribute[0].t
    found = {
        name: tuple(numpy_helper.to_array(tensor).tolist())
        for name, tensor in held.items()
        if tensor.data_type in (TensorProto.INT32, TensorProto.INT64) and len(tensor.dims) == 1
    }
    for node in graph.node:
        if node.op_type in ("Identity", "Cast") and node.input[0] in found:
            found[node.output[0]] = found[node.input[0]]
    return found
