"""What of an ONNX model its outputs depend on: the rest computes nothing, whatever it claims."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parity.model.formats.onnx_walk import free, inside, nodes
from parity.model.parts.onnx_functions import inlined


@dataclass(frozen=True)
class Live:
    """nodes: those that an output depends on, inner ones too. stored: TensorProtos, by name."""

    nodes: tuple[Any, ...]
    stored: Mapping[str, Any]


def live(model: Any) -> Live:
    """The living part of a ModelProto, its functions written out where they are called.

    Raises ValueError for a function that calls itself.
    """
    model = inlined(model)
    chosen, read = _reaching(model.graph)
    every = [n for node in chosen for n in (node, *(m for g in inside(node) for m in nodes(g)))]
    stored = {name: t for name, t in _initializers(model.graph) if name in read}
    for graph in (g for node in every for g in inside(node)):
        stored |= dict(_initializers(graph))
    for function in model.functions:  # too many to be written out: they count whole
        every += nodes(function)
    return Live(tuple(every), stored | dict(_constants(every)))


def _reaching(graph: Any) -> tuple[list[Any], set[str]]:
    """The nodes on which the outputs depend, and every name on the way."""
    made_by = {name: node for node in graph.node for name in node.output if name}
    waiting = [output.name for output in graph.output]
    read: set[str] = set()
    found: list[Any] = []
    while waiting:
        name = waiting.pop()
        if name in read:
            continue
        read.add(name)
        node = made_by.get(name)
        if node is None:
            continue
        found.append(node)
        for other in node.output:  # its other outputs bring it no second time
            made_by.pop(other, None)
        waiting += node.input
        waiting += [n for g in inside(node) for n in free(g)]
    return found, read


def _initializers(graph: Any) -> Iterator[tuple[str, Any]]:
    yield from ((tensor.name, tensor) for tensor in graph.initializer)
    yield from ((sparse.values.name, sparse.values) for sparse in graph.sparse_initializer)


def _constants(every: list[Any]) -> Iterator[tuple[str, Any]]:
    for node in every:
        if node.op_type != "Constant" or not node.output:
            continue
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield node.output[0], attribute.t
            elif attribute.HasField("sparse_tensor"):
                yield node.output[0], attribute.sparse_tensor.values
