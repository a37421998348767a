"""Faults in what a model stores."""

import random
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper


def tensors(graph: onnx.GraphProto) -> dict[str, onnx.TensorProto]:
    """What is stored, by name: initializers and Constant nodes."""
    found = {n.output[0]: n.attribute[0].t for n in graph.node
             if n.op_type == "Constant" and n.attribute[0].HasField("t")}  # fmt: skip
    return found | {t.name: t for t in graph.initializer}


NUMBERS = {
    onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.INT8, onnx.TensorProto.UINT8,
}  # fmt: skip
"""Types in which weights are stored: whole, half, quantised."""


def read(tensor: onnx.TensorProto) -> Any:
    """A copy to reckon with: numbers below float32, and codes, become that."""
    return np.array(numpy_helper.to_array(tensor).astype(np.float32))


def write(tensor: onnx.TensorProto, values: Any) -> None:
    """Store them in the tensor's own type: codes are whole, and no further than it reaches."""
    dtype = numpy_helper.to_array(tensor).dtype
    if dtype.kind in "iu":
        values = np.clip(np.rint(values), np.iinfo(dtype).min, np.iinfo(dtype).max)
    made = np.ascontiguousarray(values).astype(dtype)
    tensor.CopyFrom(numpy_helper.from_array(made, tensor.name))


def weight(
    graph: onnx.GraphProto, parameters: set[str], draw: random.Random
) -> tuple[str, set[str]] | None:
    """Change a parameter's values: how, and whose. None where the drawn way doesn't fit."""
    stored = {n: t for n, t in tensors(graph).items() if n in parameters and t.data_type in NUMBERS}
    name = draw.choice(sorted(stored))
    values = read(stored[name])
    way = draw.choice(("swapped", "row", "transposed", "scaled", "shuffled", "zeroed"))
    if way == "swapped":
        mine = (stored[name].data_type, stored[name].dims)
        alike = [
            n for n, t in sorted(stored.items()) if n != name and (t.data_type, t.dims) == mine
        ]
        if not alike:
            return None
        other = draw.choice(alike)
        write(stored[name], read(stored[other]))
        write(stored[other], values)
        return way, {name, other}
    if way == "row":
        values[draw.randrange(len(values))] *= 1.5
    elif way == "transposed":
        if values.ndim != 2 or values.shape[0] != values.shape[1]:
            return None
        values = values.T
    elif way == "scaled":
        values *= draw.choice([0.9, 1.2, -1])
    elif way == "shuffled":
        if values.ndim < 2:
            return None
        order = list(range(len(values)))
        draw.shuffle(order)
        values = values[order]
    elif not values.any():
        return None
    else:
        values[:] = 0
    write(stored[name], values)
    return way, {name}
