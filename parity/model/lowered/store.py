"""The tensors that an ONNX file stores and its outputs depend on, read where they lie."""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from parity.model.formats.external import place
from parity.model.formats.onnx_graph import DTYPES, opened
from parity.model.formats.onnx_light import raw
from parity.model.parts.onnx_live import live
from parity.model.tensors import Array

_BFLOAT16 = 16
_HALF_BYTES = {21: False, 22: True}  # UINT4, INT4: two numbers a byte, the lower half first
_STILL = ("Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten")


class Store:
    """Stored tensors by name, and the living nodes around them. Raises ModelError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        model, self._buffer = opened(path)
        alive = live(model)
        self.nodes: tuple[Any, ...] = alive.nodes
        self.tensors = alive.stored

    @cached_property
    def made_by(self) -> dict[str, Any]:
        """The node that makes a tensor."""
        return {name: node for node in self.nodes for name in node.output if name}

    @cached_property
    def read_by(self) -> dict[str, list[Any]]:
        """The nodes that read a tensor."""
        found: dict[str, list[Any]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(node.input):
                found.setdefault(name, []).append(node)
        return found

    def source(self, name: str, *, past: tuple[str, ...] = _STILL) -> str | None:
        """The stored tensor that a name stands for, past nodes that move no number; else None."""
        seen: set[str] = set()
        while name not in self.tensors:
            node = self.made_by.get(name)
            if node is None or node.op_type not in past or name in seen or not node.input:
                return None
            seen.add(name)
            name = node.input[0]
        return name

    def shape(self, name: str) -> tuple[int, ...]:
        """The extents of a stored tensor."""
        return tuple(int(axis) for axis in self.tensors[name].dims)

    def dtype(self, name: str) -> str:
        """Its type: numpy's name, "bfloat16", "int4", "uint4"; "" for others."""
        number = self.tensors[name].data_type
        if number in _HALF_BYTES:
            return "int4" if _HALF_BYTES[number] else "uint4"
        return DTYPES.get(number, ("", 0))[0]

    def array(self, name: str) -> Array:
        """Its values, mapped where the file has them as bytes. BF16 comes as float32, 4 bit as 8.

        Raises ValueError for a type that can't be read.
        """
        from onnx import numpy_helper

        tensor, dtype, shape = self.tensors[name], self.dtype(name), self.shape(name)
        if dtype in ("", "object"):
            raise ValueError(f"{name}: type {tensor.data_type}")
        number = {"bfloat16": "uint16", "int4": "uint8", "uint4": "uint8"}.get(dtype, dtype)
        if tensor.data_location == tensor.EXTERNAL:
            file, offset = place(self.path, tensor)
            count = -(-int(np.prod(shape)) // 2) if "int4" in dtype else int(np.prod(shape))
            data: Array = np.memmap(file, number, "r", offset, (count,)) if count else np.empty(0)
        elif (stored := raw(tensor, self._buffer)) is not None:
            data = np.frombuffer(stored, number)
        else:  # as a list of numbers
            return np.asarray(numpy_helper.to_array(tensor)).astype(_wide(dtype)).reshape(shape)
        if tensor.data_type == _BFLOAT16:
            return (data.astype(np.uint32) << 16).view(np.float32).reshape(shape)
        if "int4" in dtype:
            data = halves(data, signed=dtype == "int4")[: int(np.prod(shape))]
        return data.reshape(shape)


def halves(packed: Array, *, signed: bool) -> Array:
    """Numbers of four bits, two a byte, the lower half first, along the last axis."""
    both = np.stack([packed & 15, packed >> 4], axis=-1).reshape(*packed.shape[:-1], -1)  # type: ignore[operator]
    return ((both ^ 8).astype(np.int8) - 8) if signed else both.astype(np.uint8)


def _wide(dtype: str) -> str:
    return {"bfloat16": "float32", "int4": "int8", "uint4": "uint8"}.get(dtype, dtype)
