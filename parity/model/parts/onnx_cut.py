"""Take pieces out of an ONNX model: some tensors, and of what makes them as much as is wanted.

Large weights stay in the file; a piece has its own as further inputs, or as initializers where it
must stand on its own, and they are in memory as long as somebody holds that piece's.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from parity.model.formats.external import place
from parity.model.formats.onnx_graph import DTYPES, opened
from parity.model.formats.onnx_light import RAW_BYTES, forget, left_out, raw
from parity.model.formats.onnx_walk import free, inside, tensors
from parity.model.parts.onnx_functions import inlined
from parity.model.tensors import Array

OWN = "/own"
"""Behind the name of a tensor in a piece that is fed that tensor: what its node makes instead."""


class Graph:
    """The nodes of a model, its functions written out, and what they read. Raises ModelError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        model, self._buffer = opened(path)
        self._model = type(model)()
        self._model.CopyFrom(inlined(model))
        graph = self._model.graph
        self._weights: dict[str, Any] = {}
        """Large ones by name: they aren't in the nodes, nor among the small initializers."""
        self._small: dict[str, Any] = {}
        for tensor in graph.initializer:
            self._keep(tensor.name, tensor)
        self.nodes: list[Any] = []
        for node in graph.node:
            held = _held(node)
            if held is not None and self._large(held):
                self._keep(node.output[0], held)
            else:
                self._whole(node)
                self.nodes.append(node)
        self.inputs = [i for i in graph.input if i.name not in self._weights | self._small]
        self.outputs = [o.name for o in graph.output]
        self.made_by = {n: at for at, node in enumerate(self.nodes) for n in node.output if n}

    def _large(self, tensor: Any) -> bool:
        size = DTYPES.get(tensor.data_type, ("", 0))[1]
        if not size or tensor.data_type == _BFLOAT16:
            return False
        outside = tensor.data_location == tensor.EXTERNAL
        # Small ones decide shapes: some kernels want those constant.
        return left_out(tensor) or (outside and math.prod(tensor.dims) * size > RAW_BYTES)

    def _keep(self, name: str, tensor: Any) -> None:
        if self._large(tensor):
            self._weights[name] = tensor
        else:
            self._restore(tensor)
            self._small[name] = tensor

    def _array(self, tensor: Any) -> Array:
        dtype, shape = DTYPES[tensor.data_type][0], tuple(int(d) for d in tensor.dims)
        if tensor.data_location == tensor.EXTERNAL:
            file, offset = place(self.path, tensor)
            count = int(np.prod(shape))
            if not count:
                return np.empty(shape, dtype)
            return np.memmap(file, dtype, "r", offset, (count,)).reshape(shape)
        array = np.frombuffer(raw(tensor, self._buffer) or b"", dtype).reshape(shape)
        if array.flags.aligned:
            return array
        copy = np.array(array)
        del array
        forget(tensor, self._buffer)
        return copy

    def _whole(self, node: Any) -> None:
        for attribute in node.attribute:
            for tensor in [*([attribute.t] if attribute.HasField("t") else []), *attribute.tensors]:
                self._restore(tensor)
        for graph in inside(node):
            for tensor in tensors(graph):
                self._restore(tensor)

    def _restore(self, tensor: Any) -> None:
        """Put bytes that were left in the file back into the tensor."""
        if tensor.data_location == tensor.EXTERNAL:
            array = self._array(tensor)
            del tensor.external_data[:]
            tensor.data_location = tensor.DEFAULT
            tensor.raw_data = array.tobytes()
        elif left_out(tensor):
            tensor.raw_data = bytes(raw(tensor, self._buffer) or b"")
            tensor.doc_string = ""

    @cached_property
    def reads(self) -> list[tuple[str, ...]]:
        """The names that each node reads, its branches' included."""
        return [
            tuple(dict.fromkeys([*(n for n in node.input if n), *_inner(node)]))
            for node in self.nodes
        ]

    def behind(self, wanted: Iterable[str], cut: Iterable[str] = ()) -> list[int]:
        """Numbers of the nodes that make some tensors, none that only matters through ``cut``."""
        waiting, found, ends = list(wanted), set(), set(cut)
        while waiting:
            at = self.made_by.get(waiting.pop())
            if at is not None and at not in found:
                found.add(at)
                waiting += [n for n in self.reads[at] if n not in ends]
        return sorted(found)

    def needs(self, nodes: Iterable[int]) -> set[str]:
        """The names that some nodes read and don't make."""
        chosen = set(nodes)
        read = {name for at in chosen for name in self.reads[at]}
        return {name for name in read if self.made_by.get(name, -1) not in chosen}

    def piece(
        self, wanted: Sequence[str], *, fed: Mapping[str, Array] | None = None,
        whole: bool = False, typed: Mapping[str, Array] | None = None,
    ) -> tuple[bytes, dict[str, Array]]:  # fmt: skip
        """A model that makes some tensors, serialised, and the weights that are inputs of it.

        fed: tensors that it doesn't take from its own nodes but is given, in this dtype and
        shape; one of them that is wanted, too, comes out as NAME/own. whole: with the weights
        inside, and none as an input. typed: arrays like which some of the wanted are.
        """
        import onnx

        fed = fed or {}
        nodes = self.behind(wanted, fed)
        needed = self.needs(nodes) | {n for at in nodes for n in self.reads[at] if n in fed}
        model = type(self._model)()
        model.ir_version = self._model.ir_version
        model.opset_import.extend(self._model.opset_import)
        model.functions.extend(self._model.functions)
        graph = model.graph
        graph.name = "piece"
        graph.input.extend(i for i in self.inputs if i.name in needed and i.name not in fed)
        graph.initializer.extend(self._small[n] for n in sorted(needed & set(self._small)))
        if model.ir_version < _FREE_INITIALIZERS:
            graph.input.extend(
                onnx.helper.make_tensor_value_info(t.name, t.data_type, list(t.dims))
                for t in graph.initializer
            )
        taken = {n: self._array(self._weights[n]) for n in sorted(needed & set(self._weights))}
        graph.input.extend(_value(n, array) for n, array in fed.items() if n in needed)
        if whole:
            graph.initializer.extend(onnx.numpy_helper.from_array(a, n) for n, a in taken.items())
        else:
            graph.input.extend(_value(n, array) for n, array in taken.items())
        for at in nodes:
            node = graph.node.add()
            node.CopyFrom(self.nodes[at])
            node.output[:] = [f"{n}{OWN}" if n in fed else n for n in node.output]
        for name in wanted:
            made = f"{name}{OWN}" if name in fed else name
            if typed and name in typed:
                graph.output.append(_value(made, typed[name]))
            else:
                graph.output.add().name = made
        return model.SerializeToString(), ({} if whole else taken)


_BFLOAT16 = 16  # TensorProto.DataType; numpy has none

_FREE_INITIALIZERS = 4  # the IR version from which on an initializer needn't be an input


def _value(name: str, array: Array) -> Any:
    import onnx

    kind = onnx.helper.np_dtype_to_tensor_dtype(array.dtype)
    return onnx.helper.make_tensor_value_info(name, kind, list(array.shape))


def _held(node: Any) -> Any | None:
    """The tensor of a Constant node."""
    if node.op_type != "Constant" or not node.output:
        return None
    return next((a.t for a in node.attribute if a.HasField("t")), None)


def _inner(node: Any) -> list[str]:
    return [name for graph in inside(node) for name in sorted(free(graph))]
