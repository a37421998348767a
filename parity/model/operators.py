"""What an ONNX file computes with, branches and functions included: INT8, FP16, random numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parity.model.onnx_graph import DTYPES, opened
from parity.model.onnx_walk import nodes, tensors

_INTEGER = ("Integer", "QLinear", "QGemm", "QAttention", "DynamicQuantize", "NBits")
"""Parts of the names of operators that multiply integers, of ONNX and of ONNX Runtime."""

_STORED = ("DequantizeLinear", "QuantizeLinear")
"""Operators around what is only stored as integers, or rounded to them."""

_PRODUCTS = ("MatMul", "Gemm", "Conv", "LSTM", "GRU", "RNN")

_RANDOM = (
    "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial",
    "Bernoulli",
)  # fmt: skip

_HALF = ("float16", "bfloat16")


@dataclass(frozen=True)
class Operators:
    """Counts of one file.

    integer: nodes that multiply in INT8. stored: nodes that quantise or dequantise.
    floats: matrix products, convolutions and recurrent layers by a stored FP32 matrix. half:
    tensors stored in FP16 or BF16, and casts to those. random: names of operators that
    draw random numbers. training: those that do so for being in training mode.
    repeated: names of outputs that are there more than once.
    """

    integer: int
    stored: int
    floats: int
    half: int
    random: tuple[str, ...]
    training: tuple[str, ...]
    repeated: tuple[str, ...]


def operators(path: Path) -> Operators:
    """Read a file's operators. Raises ModelError if it is damaged or none."""
    model, _ = opened(path)
    every = [node for graph in (model.graph, *model.functions) for node in nodes(graph)]
    stored = list(tensors(model.graph))
    # A Constant node's tensor mostly has no name of its own.
    dtypes = {t.name: _dtype(t.data_type) for t in stored if t.name}
    dtypes |= {n.output[0]: _dtype(a.t.data_type) for n, a in _constants(every)}
    integer = [n for n in every if any(part in n.op_type for part in _INTEGER)]
    floats = [
        n for n in every
        if n.op_type in _PRODUCTS and any(dtypes.get(i) == "float32" for i in n.input[:2])
    ]  # fmt: skip
    names = Counter(output.name for output in model.graph.output)
    return Operators(
        sum(n.op_type != "DynamicQuantizeLinear" for n in integer),
        sum(n.op_type in _STORED for n in every),
        len(floats),
        sum(_dtype(t.data_type) in _HALF for t in stored) + sum(map(_to_half, every)),
        tuple(sorted({n.op_type for n in every if n.op_type in _RANDOM})),
        tuple(sorted({n.op_type for n in every if _trains(n, model)})),
        tuple(name for name, count in names.items() if count > 1),
    )


def _constants(given: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for node in given:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.HasField("t"):
                yield node, attribute


def _dtype(number: int) -> str:
    return DTYPES.get(number, ("", 0))[0]


def _to_half(node: Any) -> bool:
    return node.op_type == "Cast" and any(
        a.name == "to" and _dtype(a.i) in _HALF for a in node.attribute
    )


def _trains(node: Any, model: Any) -> bool:
    """Dropout or a batch norm in training mode; since opset 12 an input says so of Dropout."""
    given = {a.name: a.i for a in node.attribute}
    if node.op_type == "BatchNormalization":
        return bool(given.get("training_mode", 0))
    if node.op_type != "Dropout" or len(node.input) < 3 or not node.input[2]:
        return False
    return not _is_false(node.input[2], model)


def _is_false(name: str, model: Any) -> bool:
    stored = [t for t in model.graph.initializer if t.name == name]
    stored += [a.t for n, a in _constants(nodes(model.graph)) if n.output[0] == name]
    return any(t.raw_data == b"\0" or list(t.int32_data) == [0] for t in stored)
