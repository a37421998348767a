"""Which nodes of a candidate an op of the reference became.

By names: Paddle2ONNX calls the result of an op ``p2o.<op>.<n>.<k>``, or by its variable's name;
what is between that and the results of the op's inputs is the op. Where a stretch reaches further,
a runtime or a person fused it with others, and nothing is said of it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parity.model.graph import Graph, Node
from parity.model.lowered.store import Store

_PREFIX = "p2o."
_RESULTS = ("p2o.pd_op.", "p2o.builtin.")
"""Names of results; what else begins so is inside an op."""

_PADDLE3 = {
    "elementwise_add": "add", "elementwise_sub": "subtract", "elementwise_mul": "multiply",
    "elementwise_div": "divide", "elementwise_max": "maximum", "elementwise_min": "minimum",
    "elementwise_mod": "remainder", "elementwise_floordiv": "floor_divide",
    "fill_constant": "full", "fill_any_like": "full_like", "shape": "shape64",
    "flatten_contiguous_range": "flatten", "expand_as_v2": "expand_as", "hard_swish": "hardswish",
    "expand_v2": "expand", "where_index": "nonzero",
}  # fmt: skip
"""What Paddle 3 calls ops of Paddle 2 of which the tables say nothing."""

_TAKE_IN = ("conv2d", "conv3d", "depthwise_conv2d", "conv2d_transpose")
_GO_IN = ("batch_norm", "batch_norm_", "add", "elementwise_add")

_MOST = 400  # nodes; a recurrent op of a few layers is 40 a layer


@dataclass(frozen=True, eq=False)
class Stretch:
    """An op of the reference and the nodes that it became, in no order."""

    op: Node
    nodes: tuple[Any, ...]


class Names:
    """What a candidate may call the tensors of a reference.

    paddle3: what Paddle 3 calls an op, by its name in Paddle 2.
    """

    def __init__(self, graph: Graph, paddle3: Mapping[str, str]) -> None:
        self._graph, self._paddle3 = graph, {**_PADDLE3, **paddle3}
        self._own: dict[str, set[str]] = {}
        counted: Counter[str] = Counter()
        for node in graph.nodes:
            self._add(node, counted)
        for at, spec in enumerate(graph.outputs):  # of a .pdmodel, where no op says so
            self._own.setdefault(spec.name, set()).add(f"fetch_name_{at}")

    def of(self, tensor: str) -> set[str]:
        """All names of one tensor, and of the tensors in a list."""
        found = {tensor} | self._own.get(tensor, set())
        made = self._graph.producers.get(tensor)
        if made is not None and builtin(made) == "combine":
            found = found.union(*(self.of(name) for name in made.inputs))
        return found

    def known(self, name: str) -> bool:
        """Whether a name is that of a tensor of some reference."""
        return name.startswith(_RESULTS) or name in self._graph.producers

    def foreign(self, store: Store) -> bool:
        """Whether a candidate names results of ops that the reference hasn't got."""
        own = set().union(*self._own.values())
        return any(n.startswith(_RESULTS) and n not in own for n in store.made_by)

    def _add(self, node: Node, counted: Counter[str]) -> None:
        if node.name == "pd_op.fetch":
            self._own.setdefault(node.inputs[0], set()).add(node.outputs[0])
            return
        name = self._name(node)
        base = f"{_PREFIX}{name}.{counted[name]}"
        counted[name] += 1
        every = {f"{base}.{at}" for at in range(len(node.outputs))}
        for at, tensor in enumerate(node.outputs):
            # Paddle 2 lists an op's results in another order, and a list's parts among them.
            own = {f"{base}.{at}"}
            if not node.name.startswith("pd_op."):
                own = every | {f"{base}.0_{at}"}
            self._own.setdefault(tensor, set()).update(own)
        if builtin(node) == "combine":
            self._own[node.outputs[0]] |= {f"{base}.0_{at}" for at in range(len(node.inputs))}
        elif builtin(node) == "split":
            for whole in list(self._own.get(node.inputs[0], ())):
                for at, tensor in enumerate(node.outputs):
                    self._own[tensor].add(f"{whole}_{at}")
                    self._own[node.inputs[0]].add(f"{whole}_{at}")

    def _name(self, node: Node) -> str:
        own = builtin(node)
        if own:
            return f"builtin.{own}"
        plain = _plain(node)
        if not node.name.startswith("pd_op."):
            plain = self._paddle3.get(plain) or plain.removesuffix("_v2").removesuffix("2")
        return f"pd_op.{plain}"


def by_names(
    graph: Graph, store: Store, names: Names, wanted: Mapping[str, Collection[str]]
) -> Iterator[Stretch]:
    """The stretch of each op that is wanted and can be told.

    wanted: by Paddle's name of an op the kinds of nodes that can stand for it alone.
    """
    made_by = store.made_by
    for op in graph.nodes:
        if _plain(op) not in wanted or builtin(op):
            continue
        made = op.outputs
        ends: set[str] = set()
        while made and not ends:
            ends = {n for tensor in made if tensor for n in names.of(tensor) if n in made_by}
            made = _behind(graph, op, made)
        starts = {n for tensor in op.inputs if tensor for n in names.of(tensor)}
        found = _between(store, names, ends, starts) if ends else None
        found = found or _itself(graph, op, [made_by[end] for end in ends], wanted[_plain(op)])
        if found:
            yield Stretch(op, tuple(found))


def _itself(graph: Graph, op: Node, ends: list[Any], kinds: Collection[str]) -> list[Any] | None:
    """The node alone that makes the result, where names before it are gone.

    Not behind a pad, which runtimes put into the op's own.
    """
    before = graph.producers.get(op.inputs[0]) if op.inputs else None
    padded = before is not None and _plain(before).startswith("pad")
    return [] if padded else [node for node in ends if node.op_type in kinds]


def _behind(graph: Graph, op: Node, made: tuple[str, ...]) -> tuple[str, ...]:
    """What is made of an op's result by a normalisation or bias that may have gone into it."""
    readers = [node for tensor in made if tensor for node in graph.readers(tensor)]
    if _plain(op) not in _TAKE_IN or len(readers) != 1 or _plain(readers[0]) not in _GO_IN:
        return ()
    return readers[0].outputs


def _between(store: Store, names: Names, ends: set[str], starts: set[str]) -> list[Any] | None:
    """The nodes between; None where others are among them."""
    found: dict[int, Any] = {}
    waiting, seen = list(ends), set(ends)
    while waiting:
        node = store.made_by.get(waiting.pop())
        if node is None or id(node) in found:
            continue
        found[id(node)] = node
        if len(found) > _MOST:
            return None
        for name in node.input:
            if not name or name in seen or name in store.tensors:
                continue
            seen.add(name)
            if name in starts:
                continue
            if name not in store.made_by or names.known(name):  # an input, or another op's
                return None
            waiting.append(name)
    return list(found.values())


def builtin(node: Node) -> str:
    """Which op of Paddle's own dialect a node is; "" for the others, which may bear its name."""
    name = _plain(node)
    lists = name == "combine" or (name == "split" and len(node.inputs) == 1)
    return name if lists and node.name.startswith("pd_op.") else ""


def _plain(node: Node) -> str:
    return node.name.removeprefix("pd_op.")
