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


def write(tensor: onnx.TensorProto, values: Any) -> None:
    made = np.ascontiguousarray(values).astype(numpy_helper.to_array(tensor).dtype)
    tensor.CopyFrom(numpy_helper.from_array(made, tensor.name))


def weight(
    graph: onnx.GraphProto, parameters: set[str], draw: random.Random
) -> tuple[str, set[str]] | None:
    """Change a parameter's values: how, and whose. None where the drawn way doesn't fit."""
    stored = {n: t for n, t in tensors(graph).items() if n in parameters and t.data_type == 1}
    name = draw.choice(sorted(stored))
    values = numpy_helper.to_array(stored[name]).copy()
    way = draw.choice(("swapped", "row", "transposed", "scaled", "shuffled", "zeroed"))
    if way == "swapped":
        alike = [n for n in sorted(stored) if n != name and stored[n].dims == stored[name].dims]
        if not alike:
            return None
        other = draw.choice(alike)
        write(stored[name], numpy_helper.to_array(stored[other]).copy())
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
