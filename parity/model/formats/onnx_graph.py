"""Read an ONNX file: its graph without its weights, and whether it is whole."""

import math
import mmap
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from parity.errors import ModelError
from parity.model.formats import ops
from parity.model.formats.onnx_light import DamagedFileError, parse, raw
from parity.model.formats.onnx_walk import free, inside
from parity.model.graph import (
    CONSTANT_ELEMENTS,
    INDEX_ELEMENTS,
    Attribute,
    Graph,
    Node,
    Parameter,
)
from parity.model.spec import Shape, TensorSpec
from parity.model.tensors import Array

# TensorProto.DataType: numpy's name and the bytes of one element.
DTYPES: dict[int, tuple[str, int]] = {
    1: ("float32", 4),
    2: ("uint8", 1),
    3: ("int8", 1),
    4: ("uint16", 2),
    5: ("int16", 2),
    6: ("int32", 4),
    7: ("int64", 8),
    8: ("object", 0),
    9: ("bool", 1),
    10: ("float16", 2),
    11: ("float64", 8),
    12: ("uint32", 4),
    13: ("uint64", 8),
    14: ("complex64", 8),
    15: ("complex128", 16),
    16: ("bfloat16", 2),
}


def read(path: Path) -> Graph:
    """The graph of an ONNX file. Raises ModelError if it is damaged or none."""
    model, mapped = opened(path)
    return _Reader(path, model, mapped).graph()


def opened(path: Path) -> tuple[Any, Any]:
    """The ModelProto without large raw data, and the map of the file that has them.

    Kept for the next call while the file is unchanged; nobody may change it.
    """
    status = path.stat()
    return _opened(path, status.st_ino, status.st_mtime_ns, status.st_size)


def let_go(path: Path) -> None:
    """Take the pages of an opened file out of this process' memory, after much of it was read.

    What is looked at again comes back by itself.
    """
    _, mapped = opened(path)
    mapped.madvise(mmap.MADV_DONTNEED)


@lru_cache(maxsize=4)
def _opened(path: Path, _inode: int, _changed: int, _size: int) -> tuple[Any, Any]:
    with path.open("rb") as file:
        # Never closed by hand: views of it may outlive this block, and then close with it.
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        model = parse(mapped)
    except DamagedFileError as error:
        raise ModelError(
            f"{path}: not an ONNX model, or truncated: {error}; copy or export it again"
        ) from None
    if not model.HasField("graph") or not model.graph.output:
        raise ModelError(f"{path}: not an ONNX model: no graph with outputs; export it again")
    return model, mapped


class _Reader:
    def __init__(self, path: Path, model: Any, buffer: Any) -> None:
        self.path, self.model, self.buffer = path, model, buffer
        self.parameters: dict[str, Parameter] = {}
        self.constants: dict[str, Array] = {}
        self.stored: dict[str, Any] = {}

    def graph(self) -> Graph:
        graph = self.model.graph
        for tensor in graph.initializer:
            self._store(tensor.name, tensor)
        nodes = [node for proto in graph.node for node in self._node(proto)]
        inputs = [spec(i) for i in graph.input if i.name not in self.stored]
        return Graph(
            tuple(self._with_zero_rows(node) for node in nodes),
            tuple(inputs),
            tuple(spec(output) for output in graph.output),
            self.parameters,
            self.constants,
            self._facts(),
            tuple(self._inside(graph)),
        )

    def _inside(self, graph: Any) -> Iterator[Node]:
        """The ops of branches and bodies, with their small constants; their weights stay unread."""
        for proto in graph.node:
            for inner in inside(proto):
                reader = _Reader(self.path, self.model, self.buffer)
                for tensor in inner.initializer:
                    reader._store(tensor.name, tensor)
                yield from [made for node in inner.node for made in reader._node(node)]
                for name, value in reader.constants.items():
                    self.constants.setdefault(name, value)
                yield from self._inside(inner)

    def _facts(self) -> dict[str, str]:
        opsets = [f"{o.domain or 'ai.onnx'} {o.version}" for o in self.model.opset_import]
        producer = f"{self.model.producer_name} {self.model.producer_version}".strip()
        return {
            "opset": ", ".join(opsets),
            "ir": str(self.model.ir_version),
            "producer": producer or "not said",
        }

    def _node(self, proto: Any) -> list[Node]:
        if proto.op_type == "Constant":
            self._constant(proto)
            return []
        attributes: dict[str, Attribute] = {}
        inputs = list(proto.input)
        for attribute in proto.attribute:
            attributes[attribute.name] = self._attribute(attribute)
        for inner in inside(proto):  # what a branch or body reads keeps its producer alive
            inputs += sorted(free(inner))
        canonical = ops.ONNX.get(proto.op_type, proto.op_type)
        if proto.domain not in ("", "ai.onnx") and canonical != "attention":
            canonical = f"{proto.domain}.{proto.op_type}"
        if canonical == "rnn":
            inputs = [inputs[0], inputs[4] if len(inputs) > 4 else "", *inputs[1:4], *inputs[5:]]
        elif canonical == "full_like":
            attributes.setdefault("value", 0.0)
        return [Node(canonical, proto.op_type, tuple(inputs), tuple(proto.output), attributes)]

    def _constant(self, proto: Any) -> None:
        name, attribute = proto.output[0], proto.attribute[0] if proto.attribute else None
        if attribute is not None and attribute.HasField("t"):
            self._store(name, attribute.t)
            return
        value = self._attribute(attribute) if attribute is not None else None
        if isinstance(value, (int, float, tuple)) and not isinstance(value, bool):
            integer = attribute is not None and attribute.name.startswith("value_int")
            self.constants[name] = np.asarray(value, "int64" if integer else "float32")

    def _store(self, name: str, tensor: Any) -> None:
        dtype, size = DTYPES.get(tensor.data_type, (f"type {tensor.data_type}", 0))
        shape = tuple(int(axis) for axis in tensor.dims)
        self.stored[name] = tensor
        external = tensor.data_location == tensor.EXTERNAL
        data = None if external else raw(tensor, self.buffer)
        if data is not None and size and len(data) != math.prod(shape) * size:
            raise ModelError(
                f'{self.path}: damaged: weight "{name}" holds {len(data)} bytes, its shape '
                f"{list(shape)} of {dtype} needs {math.prod(shape) * size}; export it again"
            )
        limit = INDEX_ELEMENTS if dtype in ("int64", "int32") else CONSTANT_ELEMENTS
        if external or math.prod(shape) > limit or dtype in ("object", "bfloat16") or not size:
            self.parameters[name] = Parameter(shape, dtype)
        else:
            self.constants[name] = _values(tensor, data, shape, dtype)

    def _attribute(self, attribute: Any) -> Attribute:
        import onnx

        if attribute.HasField("t"):
            name, size = DTYPES.get(attribute.t.data_type, ("", 0))
            if math.prod(attribute.t.dims) != 1 or not size or name == "bfloat16":
                return None
            return float(_values(attribute.t, raw(attribute.t, self.buffer), (), name))
        value = onnx.helper.get_attribute_value(attribute)
        if isinstance(value, bytes):
            return value.decode(errors="replace")
        if isinstance(value, (bool, int, float, str)):
            return value
        listed = list(value) if hasattr(value, "__iter__") else []
        return tuple(listed) if all(isinstance(i, (int, float)) for i in listed) else None

    def _with_zero_rows(self, node: Node) -> Node:
        """Paddle2ONNX writes padding_idx as the table times ones with a row of zeros."""
        if node.op != "mul" or len(node.inputs) != 2:
            return node
        if not all(name in self.stored for name in node.inputs):
            return node
        for name in node.inputs:
            rows = self._zero_rows(self.stored[name])
            if rows:
                return Node(
                    node.op,
                    node.name,
                    node.inputs,
                    node.outputs,
                    {**node.attributes, "zero_rows": rows},
                )
        return node

    def _zero_rows(self, tensor: Any) -> tuple[int, ...]:
        dtype, size = DTYPES.get(tensor.data_type, ("", 0))
        if len(tensor.dims) != 2 or dtype not in ("float32", "float16"):
            return ()
        data = None
        if tensor.data_location != tensor.EXTERNAL:
            data = raw(tensor, self.buffer)
        if data is None or len(data) != math.prod(tensor.dims) * size or not len(data):
            return ()
        # The first column only, then the few rows that are zero in it: pages, not gigabytes.
        rows = np.frombuffer(data, dtype).reshape(tuple(tensor.dims))
        column = rows[:, 0].copy()
        zero = np.flatnonzero(column == 0)
        plain = bool(((column == 0) | (column == 1)).all())
        if not plain or not 0 < len(zero) <= 8 or rows[zero].any():
            return ()
        return tuple(int(row) for row in zero)


def spec(value: Any) -> TensorSpec:
    """A ValueInfoProto as a TensorSpec; an open axis is its symbol, or -1."""
    tensor = value.type.tensor_type
    dtype = DTYPES.get(tensor.elem_type, (f"type {tensor.elem_type}", 0))[0]
    shape: Shape = tuple(
        axis.dim_value if axis.dim_value > 0 else axis.dim_param or _open(axis.dim_value)
        for axis in tensor.shape.dim
    )
    return TensorSpec(value.name, dtype, shape, declared=tensor.HasField("shape"))


def _open(value: int) -> int:
    # 2^63 is stored as the most negative number: the caller tells that it is no size.
    return value if value < -(2**31) else -1


def _values(tensor: Any, data: memoryview | None, shape: tuple[int, ...], dtype: str) -> Array:
    if data is not None:
        return np.frombuffer(bytes(data), dtype).reshape(shape).copy()
    from onnx import numpy_helper

    return np.asarray(numpy_helper.to_array(tensor)).reshape(shape)
