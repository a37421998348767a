"""What an ONNX file says of itself, and a hash of what it computes."""

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from parity.errors import ExportError, ModelError
from parity.model.formats.external import place
from parity.model.formats.onnx_graph import DTYPES, opened
from parity.model.formats.onnx_light import raw
from parity.model.formats.read import sense

_DEFAULT = ("", "ai.onnx")


@dataclass(frozen=True)
class Facts:
    """opset: of the default domain. nodes: of the outer graph. content: see ``facts``."""

    opset: int
    ir_version: int
    nodes: int
    content: str


def facts(path: Path) -> Facts:
    """Facts of an ONNX file; weights are hashed where they lie.

    ``content`` covers nodes with their attributes and wiring, branches and bodies,
    constants, inputs, outputs, functions and operator sets. Left out is what no
    runtime computes with: names of inner tensors and nodes, producer, metadata, doc
    strings, and whether a constant is a Constant node or an initializer. Two files
    that differ in anything else differ in it. Raises ExportError, ModelError.
    """
    model, mapped = opened(path)
    opsets = [o.version for o in model.opset_import if o.domain in _DEFAULT]
    if not opsets:
        raise ExportError(f"{path}: imports no default operator set")
    with sense(path):
        content = _Content(path, mapped).model(model)
    return Facts(opsets[0], model.ir_version, len(model.graph.node), content)


class _Scope:
    """What names stand for in a graph, and in the graphs around it."""

    def __init__(self, outer: "_Scope | None" = None) -> None:
        self._outer = outer
        self._own: dict[str, object] = {}

    def define(self, name: str, what: object) -> None:
        self._own[name] = what

    def __getitem__(self, name: str) -> object:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope._own:
                return scope._own[name]
            scope = scope._outer
        return ("nowhere", name) if name else ""


class _Content:
    """Numbers every value in the order in which it is met: a name counts for nothing."""

    def __init__(self, path: Path, mapped: Any) -> None:
        self._path, self._mapped = path, mapped
        self._numbers = count()

    def model(self, model: Any) -> str:
        imports = _imports(model.opset_import)
        ordered = sorted(model.functions, key=lambda f: (f.domain, f.name, _overload(f)))
        functions = [self._function(f) for f in ordered]
        return _digest("model", imports, functions, self._graph(model.graph, None))

    def _function(self, function: Any) -> str:
        scope = _Scope()
        for name in function.input:
            scope.define(name, ("value", next(self._numbers)))
        defaults = sorted(self._attribute(a, scope) for a in function.attribute_proto)
        lines = self._nodes(function.node, scope)
        outputs = [scope[name] for name in function.output]
        known = function.domain, function.name, _overload(function), list(function.attribute)
        return _digest("function", known, _imports(function.opset_import), defaults,
                       len(function.input), lines, outputs)  # fmt: skip

    def _graph(self, graph: Any, outer: _Scope | None) -> str:
        """A graph; where there is none around it, inputs and outputs go by their names."""
        scope = _Scope(outer)
        inputs = [_interface(value, named=outer is None) for value in graph.input]
        for value in graph.input:
            known = ("input", value.name) if outer is None else ("value", next(self._numbers))
            scope.define(value.name, known)
        given = {value.name for value in graph.input}
        for tensor in graph.initializer:
            held = ("constant", self._tensor(tensor))
            # Before IR 4 an initializer is also an input, and may be overridden.
            if tensor.name in given:
                scope.define(tensor.name, (scope[tensor.name], held))
            else:
                scope.define(tensor.name, held)
        for sparse in graph.sparse_initializer:
            scope.define(sparse.values.name, ("sparse", self._sparse(sparse)))
        lines = self._nodes(graph.node, scope)
        outputs = [(_interface(v, named=outer is None), scope[v.name]) for v in graph.output]
        return _digest("graph", inputs, lines, outputs)

    def _nodes(self, nodes: Iterable[Any], scope: _Scope) -> list[str]:
        # First all that they make: runtimes sort nodes that stand in another order.
        kept = []
        for node in nodes:
            if _is_constant(node):
                scope.define(node.output[0], ("constant", self._tensor(node.attribute[0].t)))
                continue
            kept.append(node)
            for name in node.output:
                if name:
                    scope.define(name, ("value", next(self._numbers)))
        return [self._node(node, scope) for node in kept]

    def _node(self, node: Any, scope: _Scope) -> str:
        by_name = sorted(node.attribute, key=lambda a: a.name)
        attributes = [self._attribute(a, scope) for a in by_name]
        kind = _domain(node.domain), node.op_type, _overload(node)
        read, made = [scope[name] for name in node.input], [scope[name] for name in node.output]
        return _digest("node", kind, attributes, read, made)

    def _attribute(self, attribute: Any, scope: _Scope) -> str:
        held = dict(self._values(attribute, scope))
        return _digest("attribute", attribute.name, attribute.type, attribute.ref_attr_name, held)

    def _values(self, attribute: Any, scope: _Scope) -> Iterator[tuple[str, object]]:
        for name in ("f", "i", "s"):
            yield name, getattr(attribute, name)
        for name in ("floats", "ints", "strings"):
            yield name, list(getattr(attribute, name))
        if attribute.HasField("t"):
            yield "t", self._tensor(attribute.t)
        yield "tensors", [self._tensor(tensor) for tensor in attribute.tensors]
        if attribute.HasField("g"):
            yield "g", self._graph(attribute.g, scope)
        yield "graphs", [self._graph(graph, scope) for graph in attribute.graphs]
        if attribute.HasField("sparse_tensor"):
            yield "sparse", self._sparse(attribute.sparse_tensor)
        yield "sparses", [self._sparse(sparse) for sparse in attribute.sparse_tensors]
        for types in ([attribute.tp] if attribute.HasField("tp") else [], attribute.type_protos):
            yield f"types {len(types)}", [t.SerializeToString(deterministic=True) for t in types]

    def _sparse(self, sparse: Any) -> tuple[object, ...]:
        return self._tensor(sparse.values), self._tensor(sparse.indices), tuple(sparse.dims)

    def _tensor(self, tensor: Any) -> str:
        """Type, shape and values, wherever those are stored."""
        shape = [tensor.data_type, *tensor.dims]
        return _digest("tensor", shape, hashlib.sha256(self._held(tensor)).hexdigest())

    def _held(self, tensor: Any) -> bytes | memoryview:
        if tensor.data_location == tensor.EXTERNAL:
            return self._external(tensor)
        data = raw(tensor, self._mapped)
        if data is not None:
            return data
        from onnx import numpy_helper

        try:
            array = numpy_helper.to_array(tensor)
        except Exception as error:  # onnx raises what its parts raise
            said = " ".join(str(error).split())
            raise ModelError(f'{self._path}: damaged: weight "{tensor.name}": {said}') from error
        return repr(array.tolist()).encode() if array.dtype == object else array.tobytes()

    def _external(self, tensor: Any) -> bytes:
        file, offset = place(self._path, tensor)
        where: dict[str, str] = {entry.key: entry.value for entry in tensor.external_data}
        size = DTYPES.get(tensor.data_type, ("", 0))[1] * math.prod(tensor.dims)
        try:
            with file.open("rb") as opened:
                opened.seek(offset)
                return opened.read(int(where.get("length", size or -1)))
        except (OSError, ValueError, OverflowError) as error:
            raise ModelError(f"{file}: can't be read: {error}") from error


def _is_constant(node: Any) -> bool:
    plain = node.op_type == "Constant" and node.domain in _DEFAULT and len(node.output) == 1
    return plain and [(a.name, a.HasField("t")) for a in node.attribute] == [("value", True)]


def _interface(value: Any, *, named: bool) -> str:
    name = value.name if named else ""
    kind = value.type.WhichOneof("value")
    if kind != "tensor_type":
        return _digest(name, kind, value.type.SerializeToString(deterministic=True))
    tensor = value.type.tensor_type
    # A symbol is a name that the exporter made up.
    shape = [d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim]
    return _digest(name, kind, tensor.elem_type, shape if tensor.HasField("shape") else None)


def _imports(opsets: Iterable[Any]) -> list[tuple[str, int]]:
    return sorted((_domain(o.domain), o.version) for o in opsets)


def _domain(domain: str) -> str:
    return domain or "ai.onnx"


def _overload(proto: Any) -> str:
    return str(getattr(proto, "overload", ""))  # onnx has it from 1.16 on


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
