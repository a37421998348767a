"""Write a model's functions out where they are called.

Here and not by onnx's own inliner: that is native code, which dies of a function
that calls itself and is held for minutes, at gigabytes, by a kilobyte of functions
that call each other twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from parity.model.formats.onnx_walk import nodes

MOST_NODES, MOST_BYTES = 50_000, 64 << 20
"""Of what is written out. Models of people have thousands; this takes a second or two."""

_Key = tuple[str, str, str]


def inlined(model: Any) -> Any:
    """A ModelProto of the same meaning without functions, and the one given if it has none.

    Also the one given if writing it out would exceed ``MOST_NODES`` or ``MOST_BYTES``.
    Raises ValueError for a function that calls itself, over however many others.
    """
    if not model.functions:
        return model
    functions = {_key(f, f.name): f for f in model.functions}
    sizes = _Sizes(functions)
    every, size = sizes.of(nodes(model.graph))
    if every > MOST_NODES or size > MOST_BYTES:
        return model
    made = type(model)()
    made.CopyFrom(model)
    del made.functions[:]
    writer = _Writer(functions)
    writer.graph(made.graph, _Names("", {}), {})
    return made


class _Sizes:
    """Nodes and bytes of what calls come to, each function counted once."""

    def __init__(self, functions: Mapping[_Key, Any]) -> None:
        self._functions = functions
        self._known: dict[_Key, tuple[int, int] | None] = {}  # None while it is being counted

    def of(self, body: Iterable[Any]) -> tuple[int, int]:
        every = size = 0
        for node in body:
            key = _key(node, node.op_type)
            more, bytes_ = (1, node.ByteSize()) if key not in self._functions else self._call(key)
            every, size = every + more, size + bytes_
        return every, size

    def _call(self, key: _Key) -> tuple[int, int]:
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self.of(nodes(self._functions[key]))
        known = self._known[key]
        if known is None:
            raise ValueError(f"function {key[1]} calls itself")
        return known


class _Names:
    """New names of one body: what it was handed keeps the caller's, the rest get a prefix."""

    def __init__(self, prefix: str, handed: Mapping[str, str]) -> None:
        self._prefix, self._handed = prefix, handed

    def new(self, name: str) -> str:
        return self._handed.get(name, f"{self._prefix}{name}" if name else "")

    def inside(self, graph: Any) -> "_Names":
        """Those of a branch or body, whose own inputs hide what was handed under their name."""
        own = {value.name for value in graph.input}
        return _Names(self._prefix, {k: v for k, v in self._handed.items() if k not in own})


class _Writer:
    def __init__(self, functions: Mapping[_Key, Any]) -> None:
        self._functions = functions
        self._calls = count(1)

    def graph(self, graph: Any, names: _Names, given: Mapping[str, Any]) -> None:
        """Rename and write out in place, with the attributes that a call has given."""
        values = (*graph.input, *graph.output, *graph.initializer)
        for value in (*values, *(sparse.values for sparse in graph.sparse_initializer)):
            value.name = names.new(value.name)
        written = [made for node in graph.node for made in self._node(node, names, given)]
        del graph.node[:]
        graph.node.extend(written)

    def _node(self, node: Any, names: _Names, given: Mapping[str, Any]) -> Iterator[Any]:
        made = type(node)()
        made.CopyFrom(node)
        del made.input[:], made.output[:], made.attribute[:]
        made.input.extend(map(names.new, node.input))
        made.output.extend(map(names.new, node.output))
        made.attribute.extend(_attributes(node, given))
        for attribute in made.attribute:
            for inner in (*([attribute.g] if attribute.HasField("g") else ()), *attribute.graphs):
                self.graph(inner, names.inside(inner), given)
        function = self._functions.get(_key(node, node.op_type))
        if function is None:
            yield made
            return
        prefix = f"{next(self._calls)}\0"
        # An output that the caller doesn't take is still made, an input that it left out isn't.
        handed = {f: name for f, name in zip(function.output, made.output, strict=False) if name}
        handed |= dict.fromkeys(function.input, "")
        handed |= dict(zip(function.input, made.input, strict=False))
        given = {a.name: a for a in (*function.attribute_proto, *made.attribute)}
        for inner in function.node:
            yield from self._node(inner, _Names(prefix, handed), given)
        for formal, name in zip(function.output, made.output, strict=False):
            if formal in function.input:  # what it was handed, as it is
                read = made.input[list(function.input).index(formal)]
                yield type(node)(op_type="Identity", input=[read], output=[name])


def _attributes(node: Any, given: Mapping[str, Any]) -> Iterator[Any]:
    """A node's attributes, those that stand for the caller's replaced by them."""
    for attribute in node.attribute:
        if not attribute.ref_attr_name:
            yield attribute
        elif attribute.ref_attr_name in given:
            made = type(attribute)()
            made.CopyFrom(given[attribute.ref_attr_name])
            made.name = attribute.name
            yield made


def _key(proto: Any, name: str) -> _Key:
    domain = "" if proto.domain == "ai.onnx" else proto.domain
    return domain, name, getattr(proto, "overload", "")
