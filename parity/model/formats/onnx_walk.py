"""Go over an onnx.GraphProto with the branches and bodies inside it."""

from collections.abc import Iterator
from typing import Any


def nodes(graph: Any) -> Iterator[Any]:
    """Every node, those of inner graphs too; of a GraphProto or a FunctionProto."""
    for node in graph.node:
        yield node
        for inner in inside(node):
            yield from nodes(inner)


def tensors(graph: Any) -> Iterator[Any]:
    """Every stored tensor of a GraphProto, those of Constant nodes and branches included."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
        for inner in inside(node):
            yield from tensors(inner)


def inside(node: Any) -> Iterator[Any]:
    """The branches or bodies of a node."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def free(graph: Any) -> set[str]:
    """The names that a branch or body reads from outside."""
    read = {output.name for output in graph.output}
    own = {value.name for value in graph.input} | {t.name for t in graph.initializer}
    own |= {sparse.values.name for sparse in graph.sparse_initializer}
    for node in graph.node:
        read |= set(node.input)
        own |= set(node.output)
        for inner in inside(node):
            read |= free(inner)
    return read - own
