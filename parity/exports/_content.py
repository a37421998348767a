"""What an ONNX file says of itself, and a hash of what it computes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parity.errors import ExportError
from parity.model.onnx_graph import opened
from parity.model.onnx_light import raw


@dataclass(frozen=True)
class Facts:
    """opset: of the default domain. nodes: of the outer graph. content: see ``facts``."""

    opset: int
    ir_version: int
    nodes: int
    content: str


def facts(path: Path) -> Facts:
    """Facts of an ONNX file; weights are hashed where they lie.

    ``content`` covers nodes with their attributes and wiring, constants, inputs,
    outputs and operator sets. Left out is what no runtime computes with: names of
    inner tensors and nodes, producer, metadata, doc strings, and whether a constant
    is a Constant node or an initializer. Raises ExportError, ModelError.
    """
    model, mapped = opened(path)
    opsets = [o.version for o in model.opset_import if o.domain in ("", "ai.onnx")]
    if not opsets:
        raise ExportError(f"{path}: imports no default operator set")
    content = _Content(path, mapped).model(model)
    return Facts(opsets[0], model.ir_version, len(model.graph.node), content)


class _Content:
    def __init__(self, path: Path, mapped: Any) -> None:
        self._folder, self._mapped = path.parent, mapped
        self._names: dict[str, str] = {"": ""}

    def model(self, model: Any) -> str:
        imports = sorted((o.domain or "ai.onnx", o.version) for o in model.opset_import)
        functions = [f.SerializeToString(deterministic=True) for f in model.functions]
        return _digest("model", imports, functions, self._graph(model.graph))

    def _graph(self, graph: Any) -> str:
        inputs = [self._interface(value) for value in graph.input]
        self._names |= {value.name: f"input {value.name}" for value in graph.input}
        given = {value.name for value in graph.input}
        for tensor in graph.initializer:
            held = self._tensor(tensor)
            # Before IR 4 an initializer is also an input, and may be overridden.
            self._names[tensor.name] = (
                f"input {tensor.name} {held}" if tensor.name in given else held
            )
        for sparse in graph.sparse_initializer:
            parts = self._tensor(sparse.values), self._tensor(sparse.indices), *sparse.dims
            self._names[sparse.values.name] = _digest("sparse", parts)
        lines = [line for node in graph.node for line in self._node(node)]
        outputs = [(self._interface(v), self._names.get(v.name, v.name)) for v in graph.output]
        return _digest("graph", inputs, lines, outputs)

    def _node(self, node: Any) -> Iterator[str]:
        if node.op_type == "Constant" and [a.name for a in node.attribute] == ["value"]:
            self._names[node.output[0]] = self._tensor(node.attribute[0].t)
            return
        attributes = sorted(self._attribute(a) for a in node.attribute)
        read = [self._names.get(name, name) for name in node.input]
        for name in node.output:
            if name:
                self._names[name] = f"value {len(self._names)}"
        made = [self._names[name] for name in node.output]
        yield _digest("node", node.domain or "ai.onnx", node.op_type, attributes, read, made)

    def _attribute(self, attribute: Any) -> str:
        held: list[object] = [attribute.name, attribute.type, attribute.ref_attr_name]
        held += [attribute.f, attribute.i, attribute.s]
        held += [list(attribute.floats), list(attribute.ints), list(attribute.strings)]
        if attribute.HasField("t"):
            held.append(self._tensor(attribute.t))
        held += [self._tensor(tensor) for tensor in attribute.tensors]
        if attribute.HasField("g"):
            held.append(self._graph(attribute.g))
        held += [self._graph(graph) for graph in attribute.graphs]
        for name in ("sparse_tensor", "tp"):
            if attribute.HasField(name):
                held.append(getattr(attribute, name).SerializeToString(deterministic=True))
        return _digest("attribute", held)

    def _tensor(self, tensor: Any) -> str:
        """Type, shape and values, wherever those are stored."""
        from onnx import TensorProto, numpy_helper

        shape = [tensor.data_type, *tensor.dims]
        if tensor.data_location == TensorProto.EXTERNAL:
            return _digest("tensor", shape, hashlib.sha256(self._external(tensor)).hexdigest())
        data = raw(tensor, self._mapped)
        if data is None:
            array = numpy_helper.to_array(tensor)
            held = repr(array.tolist()).encode() if array.dtype == object else array.tobytes()
            return _digest("tensor", shape, hashlib.sha256(held).hexdigest())
        return _digest("tensor", shape, hashlib.sha256(data).hexdigest())

    def _external(self, tensor: Any) -> bytes:
        where: dict[str, str] = {entry.key: entry.value for entry in tensor.external_data}
        with (self._folder / where["location"]).open("rb") as file:
            file.seek(int(where.get("offset", 0)))
            return file.read(int(where.get("length", -1)))

    def _interface(self, value: Any) -> str:
        tensor = value.type.tensor_type
        # A symbol is a name that the exporter made up.
        shape = [d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim]
        return _digest(value.name, value.type.WhichOneof("value"), tensor.elem_type, shape)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
