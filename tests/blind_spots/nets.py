"""Tiny ONNX models, healthy and broken, as text: one line a node."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, parser

FLOAT, DOUBLE, INT64 = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64
VOCABULARY, POSITIONS, WIDTH = 40, 64, 8
OPSET = 15  # the first with optional values

X = ("x", FLOAT, ("batch", 4))
IDS = ("ids", INT64, ("batch", "length"))

Declared = tuple[str, int, Sequence[int | str] | None]


def net(
    body: str,
    outputs: Sequence[str | Declared | onnx.ValueInfoProto] = ("y",),
    *,
    inputs: Sequence[Declared] = (X,),
    constants: Mapping[str, Any] | None = None,
) -> onnx.ModelProto:
    """A model of nodes in ONNX's own text format; outputs are float unless they say more."""
    text = f'<ir_version: 8, opset_import: ["" : {OPSET}]> net () => () {{ {body} }}'
    model = parser.parse_model(text)
    model.graph.input.extend(helper.make_tensor_value_info(*spec) for spec in inputs)
    for output in outputs:
        if isinstance(output, str):
            output = (output, FLOAT, None)
        if isinstance(output, tuple):
            output = helper.make_tensor_value_info(*output)
        model.graph.output.append(output)
    arrays = {"w": weight(4, 3), "v": weight(4, 2), **(constants or {})}
    model.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value), name)
        for name, value in arrays.items()
        if any(name in node.input for node in model.graph.node)
    )
    return model


def weight(*shape: int) -> np.ndarray:
    """Normal numbers, the same for the same shape."""
    return np.random.default_rng(shape).normal(size=shape).astype(np.float32)


def tagger(
    *, axis: int = -1, clamped: int | None = None, cut: int | None = None
) -> onnx.ModelProto:
    """Word and position, then attention of each token to all; logits (batch, length, 8).

    axis: of the softmax; 1 is the wrong one. clamped: position rows from there up
    repeat the one before. cut: rows that the position table is left with.
    """
    positions = weight(POSITIONS, WIDTH)
    if clamped is not None:
        positions[clamped:] = positions[clamped - 1]
    constants = {
        "words": weight(VOCABULARY, WIDTH),
        "positions": positions[:cut],
        "zero": np.array(0),
        "one": np.array(1),
    }
    body = f"""
        word = Gather (words, ids)
        shape = Shape (ids)
        length = Gather (shape, one)
        places = Range (zero, length, one)
        place = Gather (positions, places)
        x = Add (word, place)
        turned = Transpose <perm: ints = [0, 2, 1]> (x)
        scores = MatMul (x, turned)
        attention = Softmax <axis: int = {axis}> (scores)
        y = MatMul (attention, x)
    """
    return net(body, inputs=(IDS,), constants=constants)
