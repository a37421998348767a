"""Find the integers that a graph multiplies by, with the scale and zero point of each.

The forms that onnxruntime.quantization writes: dynamic (MatMulInteger, whose scale comes in a Mul
behind it), QOperator (QLinearConv …), QDQ (DequantizeLinear, of a weight or of what was looked
up in a table), and blocks of 4 bits.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from parity.model.lowered.store import Store, halves
from parity.model.lowered.weight import Weight, matrix, spread

_LAST = -1

# Operator: operand, its scale, its zero point, and the axis of the scales; -1 is the last.
_PLACES: dict[str, tuple[tuple[int, int, int, int], ...]] = {
    "DynamicQuantizeMatMul": ((1, 2, 3, _LAST),),
    "MatMulIntegerToFloat": ((0, 2, 4, 0), (1, 3, 5, _LAST)),
    "QLinearMatMul": ((0, 1, 2, 0), (3, 4, 5, _LAST)),
    "QLinearConv": ((0, 1, 2, 0), (3, 4, 5, 0)),
    "QGemm": ((0, 1, 2, 0), (3, 4, 5, _LAST)),
    "QAttention": ((1, 4, 7, _LAST),),
    "QLinearAdd": ((0, 1, 2, _LAST), (3, 4, 5, _LAST)),
    "QLinearMul": ((0, 1, 2, _LAST), (3, 4, 5, _LAST)),
    "DynamicQuantizeLSTM": ((1, 8, 9, _LAST), (2, 10, 11, _LAST)),
}

# Those that leave the scale to what follows: operand, zero point, axis.
_BARE = {"MatMulInteger": ((0, 2, 0), (1, 3, _LAST)), "ConvInteger": ((0, 2, 0), (1, 3, 0))}

# Operator: bias in INT32, the two scales whose product is its own.
_BIASES = {"QLinearConv": (8, 1, 4), "QGemm": (6, 1, 4)}

_LOOKED_UP = ("Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Gather")
_INTEGERS = ("int4", "uint4", "int8", "uint8", "int16", "uint16", "int32")
_TURNING = ("QGemm", "Gemm")


@dataclass(frozen=True)
class Unread:
    """A quantised weight that can't be brought together, and why."""

    name: str
    cause: str


def quantised(store: Store) -> list[Weight | Unread]:
    """Every quantised weight of two elements or more, once for each way in which it is read."""
    found: dict[tuple[object, ...], Weight | Unread] = {}
    for node in store.nodes:
        for key, made in _Reading(store, node).weights():
            found.setdefault(key, made)
    return [w for w in found.values() if math.prod(store.shape(w.name)) > 1]


class _Reading:
    """What one node reads."""

    def __init__(self, store: Store, node: Any) -> None:
        self.store, self.node = store, node

    def weights(self) -> Iterator[tuple[tuple[object, ...], Weight | Unread]]:
        kind = self.node.op_type
        if kind == "DequantizeLinear":
            yield from self._dequantised()
        elif kind == "MatMulNBits":
            yield from self._blocks()
        for at, scale, zero, axis in _PLACES.get(kind, ()):
            yield from self._made(at, self._input(scale), self._input(zero), axis)
        for at, zero, axis in _BARE.get(kind, ()):
            if self._stored(at) is not None:
                yield from self._made(at, self._behind(at), self._input(zero), axis)
        if kind in _BIASES:
            at, *scales = _BIASES[kind]
            yield from self._bias(at, [self._input(scale) for scale in scales])

    def _input(self, at: int) -> str:
        return self.node.input[at] if len(self.node.input) > at else ""

    def _stored(self, at: int) -> str | None:
        """The stored tensor behind an operand, or the table in which it was looked up."""
        name = self._input(at)
        if not name:
            return None
        found = self.store.source(name) or self.store.source(name, past=_LOOKED_UP)
        return found if found and self.store.dtype(found) in _INTEGERS else None

    def _number(self, name: str) -> Any:
        """A stored scale or zero point; None if it is computed."""
        source = self.store.source(name) if name else None
        return None if source is None else self.store.array(source)

    def _made(
        self, at: int, scale: str, zero: str, axis: int, *, block: int = 0
    ) -> Iterator[tuple[tuple[object, ...], Weight | Unread]]:
        name = self._stored(at)
        if name is None:
            return
        key = (name, scale, zero, self._turned())
        try:
            yield key, self._weight(name, scale, zero, axis, block)
        except ValueError as error:
            yield key, Unread(name, str(error))

    def _weight(self, name: str, scale: str, zero: str, axis: int, block: int) -> Weight:
        if self.node.op_type == "DynamicQuantizeLSTM":
            raise ValueError("recurrent, with gates in an order of its own")
        number = self._number(scale)
        if number is None:
            raise ValueError("its scale is computed, not stored" if scale else "no scale is found")
        none = self._number(zero)
        if zero and none is None:
            raise ValueError("its zero point is computed, not stored")
        none = np.zeros(1, np.int8) if none is None else none
        values, shape = self.store.array(name), self.store.shape(name)
        if values.dtype.kind not in "iu":
            raise ValueError(f"holds {self.store.dtype(name)}, no integers")
        turned = self._turned()
        axis = 0 if turned and axis == _LAST else axis
        return Weight(
            name, self.store.dtype(name), shape, matrix(values),
            spread(number, shape, axis, block), spread(none, shape, axis, block), turned,
            number.dtype == np.float16,
        )  # fmt: skip

    def _turned(self) -> bool | None:
        """Whether the node takes the transpose; None for those in which that means nothing."""
        if self.node.op_type in _TURNING:
            return any(a.name == "transB" and a.i for a in self.node.attribute)
        return None if self.node.op_type == "DequantizeLinear" else False

    def _behind(self, at: int) -> str:
        """The stored scale by which an integer product is multiplied afterwards; "" if none is.

        at: whose, 0 for the first operand's, 1 for the second's.
        """
        name = self.node.output[0]
        for _ in range(4):  # a Cast, and the Mul by both scales, or one Mul a scale
            readers = self.store.read_by.get(name, [])
            if len(readers) != 1 or readers[0].op_type not in ("Cast", "Mul", "Identity"):
                return ""
            (reader,) = readers
            others = [other for other in reader.input if other != name]
            for other in others:
                if (scale := self._scale(other, at)) is not None:
                    return scale
            name = reader.output[0]
        return ""

    def _scale(self, name: str, at: int) -> str | None:
        """A stored scale, or a stored factor of a product: of two the operand's, in its place."""
        if self.store.source(name) is not None:
            return name
        node = self.store.made_by.get(name)
        if node is None or node.op_type != "Mul":
            return None
        stored = [factor for factor in node.input if self.store.source(factor) is not None]
        if len(stored) == len(node.input):
            return str(stored[at])
        return str(stored[0]) if stored else None

    def _dequantised(self) -> Iterator[tuple[tuple[object, ...], Weight | Unread]]:
        given = {a.name: a.i for a in self.node.attribute}
        scale, zero = self._input(1), self._input(2)
        axis, block = given.get("axis", 1), given.get("block_size", 0)
        name = self._stored(0)
        if name is not None and self.store.source(self._input(0)) is None:
            number = self._number(scale)
            if number is not None and np.size(number) > 1:
                yield (name, scale, zero), Unread(name, "looked up, with a scale a column")
                return
        for key, made in self._made(0, scale, zero, axis, block=block):
            yield key, made if isinstance(made, Unread) else self._consumed(made)

    def _consumed(self, made: Weight) -> Weight:
        """With what is known of how the dequantised tensor is read."""
        looked_up = self.store.source(self._input(0)) is None
        turned = False if looked_up else reads_turned(self.store, self.node.output[0])
        return replace(made, turned=turned)

    def _bias(
        self, at: int, scales: list[str]
    ) -> Iterator[tuple[tuple[object, ...], Weight | Unread]]:
        name = self._stored(at)
        if name is None:
            return
        numbers = [self._number(scale) for scale in scales]
        if any(number is None for number in numbers):
            yield (name, *scales), Unread(name, "its scale is computed, not stored")
            return
        scale = np.asarray(numbers[0]).reshape(-1) * np.asarray(numbers[1]).reshape(-1)
        values, shape = matrix(self.store.array(name)), self.store.shape(name)
        zero = np.zeros((1, 1), np.float32)
        try:
            held = Weight(
                name, self.store.dtype(name), shape, values, spread(scale, shape, 0), zero
            )
        except ValueError as error:
            yield (name, *scales), Unread(name, str(error))
            return
        yield (name, *scales), held

    def _blocks(self) -> Iterator[tuple[tuple[object, ...], Weight | Unread]]:
        """MatMulNBits: (N, blocks, bytes) of 4 bits, a scale and a zero point a block."""
        name = self._stored(1)
        if name is None:
            return
        given = {a.name: a.i for a in self.node.attribute}
        try:
            yield (name,), self._nbits(name, given)
        except (KeyError, ValueError) as error:
            yield (name,), Unread(name, str(error))

    def _nbits(self, name: str, given: dict[str, int]) -> Weight:
        bits, block, k, n = given.get("bits", 4), given["block_size"], given["K"], given["N"]
        scales = self._number(self._input(2))
        if scales is None or self._input(4):
            raise ValueError("its scales are computed, or its blocks in another order")
        packed = self.store.array(name).reshape(n, -1)
        if bits not in (4, 8):
            raise ValueError(f"{bits} bits")
        values = (halves(packed, signed=False) if bits == 4 else packed)[:, :k]
        scale = np.repeat(np.asarray(scales, np.float32).reshape(n, -1), block, 1)[:, :k]
        if self._input(3):
            stored = self._number(self._input(3))
            if stored is None:
                raise ValueError("its zero points are computed")
            if stored.dtype == np.uint8 and bits == 4:
                stored = halves(stored.reshape(n, -1), signed=False)
            zero = np.repeat(stored.reshape(n, -1).astype(np.float32), block, 1)[:, :k]
        else:
            zero = np.full((1, 1), 2.0 ** (bits - 1), np.float32)
        return Weight(name, f"uint{bits}", (n, k), values, scale, zero, turned=True)


def reads_turned(store: Store, name: str) -> bool | None:
    """Whether all that reads a tensor takes it as it is, or all its transpose; None if unknown."""
    ways: set[bool | None] = set()
    waiting = [(name, False)]
    for _ in range(64):
        if not waiting:
            break
        name, turned = waiting.pop()
        for node in store.read_by.get(name, ()):
            if node.op_type in ("Identity", "Cast", "Mul", "Dropout"):
                waiting.append((node.output[0], turned))
            elif node.op_type == "Transpose":
                waiting.append((node.output[0], not turned))
            elif node.op_type in ("MatMul", "Conv", "Gather", "FusedMatMul", "ConvTranspose"):
                flips = any(a.name == "transB" and a.i for a in node.attribute)
                ways.add(turned ^ flips)
            elif node.op_type == "Gemm":
                ways.add(turned ^ any(a.name == "transB" and a.i for a in node.attribute))
            else:
                ways.add(None)
    return ways.pop() if len(ways) == 1 else None
