"""What an ONNX file computes with: integers, half precision, random numbers."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parity.model.formats.onnx_graph import opened
from parity.model.formats.ops import RANDOM
from parity.model.formats.read import sense
from parity.model.parts.onnx_live import Live, live

_DOMAINS = ("", "ai.onnx", "com.microsoft")
"""A name means nothing in anybody else's."""

_INTEGER = (
    "Integer", "QLinear", "QGemm", "QAttention", "QMoE", "QOrdered", "DynamicQuantize", "NBits",
    "Bnb4", "FpQ4",
)  # fmt: skip
"""Parts of the names of operators that multiply by integers, of ONNX and of ONNX Runtime."""

_SCALES = "DynamicQuantizeLinear"
"""Scales what it is given, and multiplies nothing."""

_PRODUCTS = (
    "MatMul", "Gemm", "Conv", "ConvTranspose", "LSTM", "GRU", "RNN", "FusedMatMul", "FusedGemm",
    "FusedConv", "Attention",
)  # fmt: skip

_PASSING = (
    "Identity", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast", "CastLike",
    "Mul", "Sub", "Concat", "Slice", "Split",
)  # fmt: skip
"""Between a weight as it is stored and the product that takes it."""

# TensorProto.DataType
_FLOAT = (1,)
_HALF = (10, 16)
_LOW = (2, 3, 17, 18, 19, 20, 21, 22)  # INT8, FP8, INT4, with or without sign


@dataclass(frozen=True)
class Operators:
    """Counts of what the outputs of one file depend on.

    integer: nodes that multiply by integers. dequantised, floats: products of which an
    operand was dequantised, or of which one is a stored FP32 matrix. low: stored matrices
    in INT8, FP8 or INT4. half: tensors, casts, inputs and outputs in FP16 or BF16.
    dynamic: whether activations are scaled as they come. random: names of operators that
    draw random numbers. training: names of those that are in training mode.
    repeated: names of outputs that are there more than once.
    """

    integer: int = 0
    dequantised: int = 0
    floats: int = 0
    low: int = 0
    half: int = 0
    dynamic: bool = False
    random: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


def operators(path: Path) -> Operators:
    """Read a file's operators. Raises ModelError if it is damaged or none."""
    model, _ = opened(path)
    with sense(path):
        return _Counting(model, live(model)).operators()


class _Counting:
    def __init__(self, model: Any, alive: Live) -> None:
        self.graph = model.graph
        self.nodes = [node for node in alive.nodes if node.domain in _DOMAINS]
        self.stored = alive.stored
        self.made_by = {name: node for node in alive.nodes for name in node.output}

    def operators(self) -> Operators:
        kinds = {node.op_type for node in self.nodes}
        products = [node for node in self.nodes if node.op_type in _PRODUCTS]
        low = [any(map(self._dequantised, node.input[:2])) for node in products]
        full = [any(map(self._float, node.input[:2])) for node in products]
        names = Counter(output.name for output in self.graph.output)
        return Operators(
            sum(n.op_type != _SCALES and any(p in n.op_type for p in _INTEGER) for n in self.nodes),
            sum(low),
            sum(floats and not lower for floats, lower in zip(full, low, strict=True)),
            sum(t.data_type in _LOW and len(t.dims) > 1 for t in self.stored.values()),
            self._half(),
            any("DynamicQuantize" in kind for kind in kinds),
            tuple(sorted(kinds.intersection(RANDOM))),
            tuple(sorted({node.op_type for node in self.nodes if self._trains(node)})),
            tuple(name for name, count in names.items() if count > 1),
        )

    def _dequantised(self, name: str) -> bool:
        return self._comes_from(name, _LOW, ("DequantizeLinear",))

    def _float(self, name: str) -> bool:
        return self._comes_from(name, _FLOAT)

    def _comes_from(self, name: str, types: tuple[int, ...], made: tuple[str, ...] = ()) -> bool:
        """Whether a tensor is a stored matrix of such a type, or made by such an operator."""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            name = waiting.pop()
            tensor, node = self.stored.get(name), self.made_by.get(name)
            if tensor is not None and tensor.data_type in types and len(tensor.dims) > 1:
                return True
            if node is not None and node.op_type in made:
                return True
            if node is not None and node.op_type in _PASSING and name not in seen:
                waiting += node.input
            seen.add(name)
        return False

    def _half(self) -> int:
        ends = (*self.graph.input, *self.graph.output)
        types = [tensor.data_type for tensor in self.stored.values()]
        types += [value.type.tensor_type.elem_type for value in ends]
        types += [
            attribute.i
            for node in self.nodes
            for attribute in node.attribute
            if node.op_type == "Cast" and attribute.name == "to"
        ]
        return sum(number in _HALF for number in types)

    def _trains(self, node: Any) -> bool:
        """Dropout or a batch norm in training mode; since opset 12 an input says so of Dropout."""
        if node.op_type == "BatchNormalization":
            return any(a.name == "training_mode" and a.i for a in node.attribute)
        return node.op_type == "Dropout" and len(node.input) > 2 and self._true(node.input[2])

    def _true(self, name: str) -> bool:
        """Whether a flag is stored, and true; one that is computed may be anything."""
        node = self.made_by.get(name)
        while node is not None and node.op_type == "Identity":
            name = node.input[0]
            node = self.made_by.get(name)
        tensor = self.stored.get(name)
        return tensor is not None and (tensor.raw_data == b"\1" or list(tensor.int32_data) == [1])
