"""A copy of an ONNX graph in which means of pictures are added up one element after the other.

Paddle's pools do so, with oneDNN and without; ONNX Runtime adds parts side by side. Over a picture
of 200 x 200 the first is off by up to a few hundred units in the last place, always to one side,
which no moved weight shows: the mean takes that out again. So it is run, and measured.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

_CUMSUM = 11  # the opset from which on there is a sum of one after the other
_POOLED = "GlobalAveragePool"
_REDUCED = ("ReduceMean", "ReduceSum")
_SPATIAL = ((2, 3), (-2, -1))


def one_by_one(model: Any) -> tuple[Any, Any] | None:
    """The model and the copy; None where nothing is added up, or no opset for it can be had.

    model: a ModelProto. Of reductions those over both axes of a picture. Of an opset without such
    a sum both are of a later one, so that they differ in nothing else.
    """
    from onnx import numpy_helper, version_converter

    stored = _stored(model.graph)
    if not any(_adds(node, stored) for node in model.graph.node):
        return None
    if _opset(model) < _CUMSUM:
        try:
            model = version_converter.convert_version(model, _CUMSUM)
        except Exception:  # whatever it can't do: then there is no such measure
            return None
    copy = type(model)()
    copy.CopyFrom(model)
    made = []
    for node in model.graph.node:
        made += _apart(node) if _adds(node, stored) else [node]
    del copy.graph.node[:]
    copy.graph.node.extend(made)
    for name, value in _CONSTANTS.items():
        copy.graph.initializer.append(numpy_helper.from_array(np.array(value, np.int64), name))
    return model, copy


_PREFIX = "parity/sums/"
_FLAT, _ALONG, _LAST = (f"{_PREFIX}{name}" for name in ("flat", "along", "last"))
_CONSTANTS = {_FLAT: [0, 0, -1], _ALONG: 2, _LAST: -1}


def _opset(model: Any) -> int:
    return next((int(i.version) for i in model.opset_import if i.domain in ("", "ai.onnx")), 0)


def _adds(node: Any, stored: Mapping[str, tuple[int, ...]]) -> bool:
    if node.op_type == _POOLED:
        return True
    if node.op_type not in _REDUCED:
        return False
    axes = next((tuple(a.ints) for a in node.attribute if a.name == "axes"), ())
    if not axes and len(node.input) > 1:
        axes = stored.get(node.input[1], ())
    return axes in _SPATIAL


def _stored(graph: Any) -> dict[str, tuple[int, ...]]:
    """What the graph holds that might be axes."""
    from onnx import TensorProto, numpy_helper

    held = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].name == "value":
            held[node.output[0]] = node.attribute[0].t
    return {
        name: tuple(numpy_helper.to_array(tensor).tolist())
        for name, tensor in held.items()
        if tensor.data_type == TensorProto.INT64 and list(tensor.dims) == [2]
    }


def _apart(node: Any) -> list[Any]:
    """The nodes in place of one, which stays for the shape of its result. It is of NCHW."""
    from onnx import helper

    result = node.output[0]
    name = f"{_PREFIX}{result}/"
    own = type(node)()
    own.CopyFrom(node)
    own.output[0] = f"{name}own"
    made = [
        own,
        helper.make_node("Shape", [f"{name}own"], [f"{name}shape"]),
        helper.make_node("Reshape", [node.input[0], _FLAT], [f"{name}flat"]),
        helper.make_node("CumSum", [f"{name}flat", _ALONG], [f"{name}running"]),
        helper.make_node("Gather", [f"{name}running", _LAST], [f"{name}sum"], axis=2),
    ]
    total = f"{name}sum"
    if node.op_type != "ReduceSum":
        made += [
            helper.make_node("Shape", [f"{name}flat"], [f"{name}sizes"]),
            helper.make_node("Gather", [f"{name}sizes", _ALONG], [f"{name}size"], axis=0),
            helper.make_node("Cast", [f"{name}size"], [f"{name}count"], to=1),
            helper.make_node("Div", [total, f"{name}count"], [f"{name}mean"]),
        ]
        total = f"{name}mean"
    return [*made, helper.make_node("Reshape", [total, f"{name}shape"], [result])]
