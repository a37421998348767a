"""Follow tensors through a graph: where values come from and where they go."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from parity.model.formats.ops import MOVES
from parity.model.graph import Graph, Node

# Ops of which no value comes from the values of an input, only from its shape.
_SHAPE_ONLY = frozenset(("shape", "full_like"))


@dataclass(frozen=True)
class Weights:
    """A parameter or constant: the name and shape of what is stored."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Trace:
    """Questions about one graph, each answered once."""

    graph: Graph
    _roots: dict[tuple[str, bool], frozenset[str]] = field(default_factory=dict)

    def origin(self, name: str) -> str:
        """The tensor that a tensor's values were moved from, unchanged."""
        while (node := self.graph.producers.get(name)) and node.op in MOVES and node.inputs[0]:
            name = node.inputs[0]
        return name

    def moved(self, name: str) -> tuple[str, ...]:
        """A tensor and all tensors that hand on its values unchanged."""
        found = {name: None}
        waiting = [name]
        while waiting:
            current = waiting.pop()
            for node in self.graph.readers(current):
                if node.op in MOVES and node.inputs[0] == current and node.outputs[0] not in found:
                    found[node.outputs[0]] = None
                    waiting.append(node.outputs[0])
        return tuple(found)

    def readers(self, name: str) -> Iterator[tuple[Node, int]]:
        """What reads a tensor's values, moved or not, and as which of its inputs."""
        for tensor in self.moved(name):
            for node in self.graph.readers(tensor):
                if node.op in MOVES and node.inputs[0] == tensor:
                    continue
                for index, read in enumerate(node.inputs):
                    if read == tensor:
                        yield node, index

    def roots(self, name: str, *, shapes: bool) -> frozenset[str]:
        """The inputs on which a tensor's values depend; with ``shapes``, also by shape only."""
        key = (name, shapes)
        if key in self._roots:
            return self._roots[key]
        inputs = {spec.name for spec in self.graph.inputs}
        found, seen, waiting = set(), {name}, [name]
        while waiting:
            current = waiting.pop()
            if current in inputs:
                found.add(current)
            node = self.graph.producers.get(current)
            if node is None:
                continue
            for read in _values(node) if not shapes else node.inputs:
                if read and read not in seen:
                    seen.add(read)
                    waiting.append(read)
        self._roots[key] = frozenset(found)
        return self._roots[key]

    def made_by(self, name: str, wanted: frozenset[str]) -> bool:
        """Whether an op among ``wanted`` takes part in making a tensor's values."""
        seen, waiting = {name}, [name]
        while waiting:
            node = self.graph.producers.get(waiting.pop())
            if node is None:
                continue
            if node.op in wanted:
                return True
            for read in _values(node):
                if read and read not in seen:
                    seen.add(read)
                    waiting.append(read)
        return False

    def weights(self, name: str) -> Weights | None:
        """The stored tensor behind a table, through casts, dequantising and constant factors."""
        for _ in range(16):
            if name in self.graph.parameters:
                return Weights(name, self.graph.parameters[name].shape)
            if name in self.graph.constants:
                return Weights(name, self.graph.constants[name].shape)
            node = self.graph.producers.get(name)
            if node is None or node.op not in MOVES | {"mul", "scale"}:
                return None
            if node.op == "mul" and any(self.roots(i, shapes=True) for i in node.inputs):
                return None
            name = node.inputs[0]
        return None


def _values(node: Node) -> tuple[str, ...]:
    """The inputs of a node whose values, not only shapes, make its values."""
    if node.op in _SHAPE_ONLY:
        return ()
    return node.inputs[:1] if node.op in MOVES else node.inputs
