"""One small graph that ONNX, Paddle 3 and Paddle 2 programs are all read into.

It holds what the rules about inputs ask for: which op makes which tensor, the
shapes of the parameters, the values of small constants. It never holds weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from parity.model.spec import TensorSpec
from parity.model.tensors import Array

CONSTANT_ELEMENTS = 1024
"""Constants of more elements are parameters: shape and dtype only."""

INDEX_ELEMENTS = 8192
"""The same for integers: position buffers ([0, 1, … 2047]) must stay readable."""

Attribute = bool | int | float | str | tuple[int, ...] | tuple[float, ...] | tuple[str, ...] | None


@dataclass(frozen=True)
class Node:
    """One op.

    op: the canonical name (see ``ops``); the format's own one if it has no canonical name.
    name: the format's own name of the op, for people ("Gather", "pd_op.embedding").
    inputs: tensor names in the canonical order; "" for an input that is left out.
    """

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True)
class Parameter:
    """Shape and numpy dtype name of a weight; its values stay on disk."""

    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, eq=False)
class Graph:
    """A model's ops and the tensors between them.

    inputs, outputs: names, dtypes and shapes as the file declares them; an axis
        that the file leaves open is -1, or the symbol that the file gives it.
    parameters: weights by tensor name.
    constants: small constants by tensor name, with their values.
    facts: what else the file says of itself ("opset", "producer" …), for display.
    inner: the ops of branches and loop bodies, as far as the format's reader has them; they may
        read what ``nodes`` make, and no op of ``nodes`` reads what they make.
    """

    nodes: tuple[Node, ...]
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    parameters: Mapping[str, Parameter]
    constants: Mapping[str, Array]
    facts: Mapping[str, str] = field(default_factory=dict)
    inner: tuple[Node, ...] = ()

    @cached_property
    def producers(self) -> Mapping[str, Node]:
        """The node that makes a tensor; inputs, parameters and constants have none."""
        return {name: node for node in self.nodes for name in node.outputs if name}

    @cached_property
    def consumers(self) -> Mapping[str, tuple[Node, ...]]:
        """The nodes that read a tensor, in graph order, each once."""
        readers: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(node.inputs):
                if name:
                    readers.setdefault(name, []).append(node)
        return {name: tuple(nodes) for name, nodes in readers.items()}

    @cached_property
    def live(self) -> frozenset[str]:
        """The tensors on which an output depends, and the outputs."""
        live = {spec.name for spec in self.outputs}
        waiting = list(live)
        while waiting:
            node = self.producers.get(waiting.pop())
            for name in node.inputs if node else ():
                if name and name not in live:
                    live.add(name)
                    waiting.append(name)
        return frozenset(live)

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """Inputs on which no output depends."""
        return tuple(spec.name for spec in self.inputs if spec.name not in self.live)

    def readers(self, name: str) -> tuple[Node, ...]:
        """The nodes that read a tensor; none for an unknown name."""
        return self.consumers.get(name, ())

    def scalar(self, name: str) -> float | None:
        """The value of a constant whose elements are all equal; None for anything else."""
        value = self.constants.get(name)
        if value is None or value.size == 0:
            return None
        first = value.reshape(-1)[0]
        return float(first) if bool((value == first).all()) else None
