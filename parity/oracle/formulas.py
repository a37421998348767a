"""Operators in float64 where onnx's own reference implementation is wrong or lacks them.

Each takes a node, its inputs (None where one is left out) and the opset, and gives its outputs.
One that it doesn't know in full raises NotImplementedError: then there is no oracle.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from parity.oracle import resizes, windows

Floats = NDArray[np.float64]
Inputs = list[Any]
Formula = Callable[[Any, Inputs, int], list[Any]]


def _attributes(node: Any) -> dict[str, Any]:
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def _normalised(node: Any, inputs: Inputs, opset: int) -> list[Any]:
    """BatchNormalization by its stored statistics; onnx takes the batch's below opset 14."""
    given = _attributes(node)
    old = opset < 7 and not given.get("is_test", 0)
    if given.get("training_mode", 0) or not given.get("spatial", 1) or old:
        raise NotImplementedError(node.op_type)
    x, scale, offset, mean, variance = inputs[:5]
    shape = (1, -1, *(1,) * (x.ndim - 2))
    factor = (scale / np.sqrt(variance + given.get("epsilon", 1e-5))).reshape(shape)
    return [(x - mean.reshape(shape)) * factor + offset.reshape(shape)]


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))


Step = Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]
"""What a cell makes of its input, hidden state and memory: the next two."""


def _gru(w: Floats, r: Floats, b: Floats, given: dict[str, Any]) -> Step:
    wz, wr, wh = np.split(w, 3)
    rz, rr, rh = np.split(r, 3)
    bz, br, bh, cz, cr, ch = np.split(b, 6)
    after = bool(given.get("linear_before_reset", 0))

    def step(x: Floats, h: Floats, c: Floats) -> tuple[Floats, Floats]:
        update = _sigmoid(x @ wz.T + h @ rz.T + bz + cz)
        reset = _sigmoid(x @ wr.T + h @ rr.T + br + cr)
        inner = reset * (h @ rh.T + ch) if after else (reset * h) @ rh.T + ch
        return (1 - update) * np.tanh(x @ wh.T + inner + bh) + update * h, c

    return step


def _lstm(w: Floats, r: Floats, b: Floats, given: dict[str, Any]) -> Step:
    bias = b[: b.size // 2] + b[b.size // 2 :]

    def step(x: Floats, h: Floats, c: Floats) -> tuple[Floats, Floats]:
        i, o, f, g = np.split(x @ w.T + h @ r.T + bias, 4, axis=-1)
        memory = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
        return _sigmoid(o) * np.tanh(memory), memory

    return step


def _rnn(w: Floats, r: Floats, b: Floats, given: dict[str, Any]) -> Step:
    bias = b[: b.size // 2] + b[b.size // 2 :]
    return lambda x, h, c: (np.tanh(x @ w.T + h @ r.T + bias), c)


_CELLS = {"GRU": (_gru, 6), "LSTM": (_lstm, 8), "RNN": (_rnn, 2)}
"""And how many biases of the hidden size one has."""

_USUAL = {
    "GRU": [b"Sigmoid", b"Tanh"],
    "LSTM": [b"Sigmoid", b"Tanh", b"Tanh"],
    "RNN": [b"Tanh"],
}


def _recurrent(node: Any, inputs: Inputs, opset: int) -> list[Any]:
    """GRU, LSTM, RNN in either direction and both, with lengths; onnx has only the plain one."""
    given = _attributes(node)
    every: Inputs = inputs + [None] * (8 - len(inputs))
    x, w, r, b, lengths, first, memory, peepholes = every
    cell, biases = _CELLS[node.op_type]
    directions, _, hidden = r.shape
    usual = _USUAL[node.op_type] * directions
    if given.get("activations", usual) != usual or given.get("layout", 0) or peepholes is not None:
        raise NotImplementedError(node.op_type)
    if "clip" in given or given.get("input_forget", 0):
        raise NotImplementedError(node.op_type)
    steps, batch, _ = x.shape
    b = np.zeros((directions, biases * hidden)) if b is None else b
    zeros = np.zeros((directions, batch, hidden))
    first, memory = (zeros if v is None else v for v in (first, memory))
    lengths = np.full(batch, steps) if lengths is None else np.asarray(lengths)
    backwards = [given.get("direction", b"forward") == b"reverse", True][:directions]
    if directions == _BOTH:
        backwards = [False, True]
    made = [
        _direction(x, lengths, cell(w[d], r[d], b[d], given), first[d], memory[d], backwards[d])
        for d in range(directions)
    ]
    outputs, last, held = (np.stack(parts) for parts in zip(*made, strict=True))
    return [outputs.transpose(1, 0, 2, 3), last, held]


_BOTH = 2  # directions


def _direction(
    x: Floats,
    lengths: Any,
    step: Step,
    h: Floats,
    c: Floats,
    backwards: bool,
) -> tuple[Floats, Floats, Floats]:
    """Outputs (steps, batch, hidden), zeros behind each row's end, and the last states."""
    every = np.zeros((*x.shape[:2], h.shape[-1]))
    for at in reversed(range(len(x))) if backwards else range(len(x)):
        inside = (at < lengths)[:, None]
        next_h, next_c = step(x[at], h, c)
        h, c = np.where(inside, next_h, h), np.where(inside, next_c, c)
        every[at] = np.where(inside, h, 0.0)
    return every, h, c


def _pooled(node: Any, inputs: Inputs, opset: int) -> list[Any]:
    """MaxPool without its places, and AveragePool."""
    x = inputs[0]
    if x.dtype != np.float64 or any(node.output[1:]):
        raise NotImplementedError(node.op_type)
    return [(windows.most if node.op_type == "MaxPool" else windows.mean)(x, _attributes(node))]


def _resized(node: Any, inputs: Inputs, opset: int) -> list[Any]:
    x, _, scales, sizes = (*inputs, None, None, None)[:4]
    if x.dtype != np.float64:
        raise NotImplementedError(node.op_type)
    return [resizes.resize(x, scales, sizes, _attributes(node), opset=opset)]


def _cast(node: Any, inputs: Inputs, opset: int) -> list[Any]:
    """To FLOAT, which stays float64 here: onnx's own rounds it.

    Between whole numbers and floats the file's own width counts: 2^24 + 1 is none of float32's,
    whoever runs it, and that is no kernel's fault.
    """
    to, x = _attributes(node).get("to"), inputs[0]
    if to == TensorProto.FLOAT and x.dtype.kind in "biu":
        return [x.astype(np.float32).astype(np.float64)]
    if to == TensorProto.FLOAT and x.dtype.kind == "f":
        return [x.astype(np.float64)]
    if to in _WHOLE and x.dtype == np.float64 and np.isfinite(x).all():
        narrow = x.astype(np.float32).astype(np.float64)
        return [narrow.astype(helper.tensor_dtype_to_np_dtype(to))]
    raise NotImplementedError(node.op_type)


_WHOLE = (TensorProto.INT32, TensorProto.INT64)


FORMULAS: dict[str, Formula] = {
    "AveragePool": _pooled,
    "BatchNormalization": _normalised,
    "GRU": _recurrent,
    "LSTM": _recurrent,
    "MaxPool": _pooled,
    "RNN": _recurrent,
    "Resize": _resized,
}

OR_ONNX: dict[str, Formula] = {"Cast": _cast}
"""Of these onnx's own computes what the formula doesn't know."""
