"""Faults in a graph: another operator, one left out, its inputs, its attributes, its constants."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

Plant = Callable[[onnx.GraphProto, onnx.NodeProto, random.Random], bool]

_OTHER = {
    "Add": "Sub", "Sub": "Add", "Mul": "Add", "Div": "Mul", "Relu": "Abs", "Tanh": "Sigmoid",
    "Sigmoid": "Tanh", "Erf": "Tanh", "Sqrt": "Abs", "ReduceMean": "ReduceMax", "Max": "Min",
    "Min": "Max", "Exp": "Abs", "GlobalAveragePool": "GlobalMaxPool", "Gather": "", "Softmax": "",
    "HardSigmoid": "Sigmoid", "Clip": "Identity",
}  # fmt: skip


def other_op(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    other = _OTHER.get(node.op_type)
    if not other:
        return False
    node.op_type = other
    if other in ("Identity",):
        del node.input[1:]
    del draw
    if other in ("Sigmoid", "Tanh", "Abs", "Identity"):
        del node.attribute[:]
    return True


def left_out(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    if node.op_type not in (
        "Tanh",
        "Relu",
        "Softmax",
        "Sigmoid",
        "Erf",
        "Sqrt",
        "Add",
        "Mul",
        "Div",
    ):
        return False
    node.op_type = "Identity"
    del node.input[1:], node.attribute[:]
    return True


def swapped(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    if node.op_type not in ("Sub", "Div", "Pow", "MatMul") or len(node.input) != 2:
        return False
    node.input[:] = [node.input[1], node.input[0]]
    return True


def rewired(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    """Reads what another node of its kind reads."""
    before = [n for n in graph.node[: list(graph.node).index(node)] if n.op_type == node.op_type]
    if node.op_type not in ("Add", "Mul", "MatMul", "Conv", "Sub") or not before:
        return False
    source = draw.choice(before).input[0]
    if source == node.input[0] or source in {
        o for n in graph.node if n.op_type == "Constant" for o in n.output
    }:
        return False
    node.input[0] = source
    return True


def constant(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    """A small float constant that it reads, changed for it alone."""
    made = {n.output[0]: n.attribute[0].t for n in graph.node
            if n.op_type == "Constant" and n.attribute[0].HasField("t")}  # fmt: skip
    made |= {t.name: t for t in graph.initializer}
    small = [i for i, n in enumerate(node.input) if n in made and made[n].data_type == 1
             and np.prod(made[n].dims) <= 4]  # fmt: skip
    if not small:
        return False
    at = draw.choice(small)
    values = numpy_helper.to_array(made[node.input[at]])
    changed = np.asarray(
        values * draw.choice([0.5, 1.1, -1]) + (0 if values.any() else 0.25), np.float32
    )
    name = f"planted.{node.input[at]}"
    graph.initializer.append(numpy_helper.from_array(changed.reshape(values.shape), name))
    node.input[at] = name
    return True


_ATTRIBUTES: dict[str, Callable[[Any, random.Random], Any]] = {
    "axis": lambda v, d: d.choice([v - 1, v + 1, 0]),
    "alpha": lambda v, d: v * d.choice([0.5, 2.0]),
    "beta": lambda v, d: v * 2 + 0.25,
    "epsilon": lambda v, d: d.choice([1e-2, v * 1000]),
    "perm": lambda v, d: d.sample(list(v), len(v)),
    "axes": lambda v, d: [a - 1 for a in v],
    "pads": lambda v, d: [*reversed(v)] if list(v) != [*reversed(v)] else [0 for _ in v],
    "direction": lambda v, d: "reverse",
    "group": lambda v, d: 1,
    "transB": lambda v, d: 1 - v,
    "linear_before_reset": lambda v, d: 1 - v,
}


def attribute(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    known = [a for a in node.attribute if a.name in _ATTRIBUTES]
    if not known:
        return False
    chosen = draw.choice(known)
    was = onnx.helper.get_attribute_value(chosen)
    was = was.decode() if isinstance(was, bytes) else was
    now = _ATTRIBUTES[chosen.name](was, draw)
    if now == was or list(np.ravel(now)) == list(np.ravel(was)):
        return False
    chosen.CopyFrom(onnx.helper.make_attribute(chosen.name, now))
    return True


PLANTS: dict[str, Plant] = {
    "other op": other_op, "left out": left_out, "swapped": swapped, "rewired": rewired,
    "constant": constant, "attribute": attribute,
}  # fmt: skip
