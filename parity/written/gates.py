"""Recurrent layers' weights as ONNX has them: directions stacked, gates in its own order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity.model.lowered.parameters import Parameter
from parity.model.lowered.store import Store
from parity.model.lowered.weight import Weight, matrix
from parity.model.tensors import Array
from parity.written.reference import Reference

_ORDERS = {"GRU": (1, 0, 2), "LSTM": (0, 3, 1, 2), "RNN": (0,)}
"""Of each gate as ONNX stores it, its place in Paddle: reset, update, candidate against update,
reset, hidden; and input, forget, cell, output against input, output, forget, cell."""

_NAMES = {"GRU": "zrh", "LSTM": "iofc", "RNN": "i"}

_PLACES = (1, 2, 3)  # W, R, B


@dataclass(frozen=True, eq=False)
class Block:
    """One gate of one direction as a weight, and the gate of a parameter that it must be."""

    weight: Weight
    parameter: Parameter


def blocks(
    store: Store, reference: Reference
) -> Iterator[tuple[str, tuple[str, ...], list[Block]]]:
    """For each stored weight of a recurrent node: its name, its parameters, its gates.

    Left out: what fits a parameter as a whole, and what none can be found for.
    """
    known = reference.parameters
    shapes = {p.shape for p in known.values()}
    order = _Order(store, reference)
    for node in order.layers:
        order.next(node)
        for at in _PLACES:
            name = store.source(node.input[at]) if len(node.input) > at else None
            if name is None or (store.shape(name)[0] == 1 and store.shape(name)[1:] in shapes):
                continue
            found = list(_of(store, name, node.op_type, at, known, order))
            if found:
                used = tuple(dict.fromkeys(b.parameter.name.split("[")[0] for b in found))
                yield name, used, found


def _of(
    store: Store, name: str, kind: str, at: int, known: dict[str, Parameter], placed: "_Order"
) -> Iterator[Block]:
    array, order = store.array(name), _ORDERS[kind]
    halves = 2 if at == _PLACES[-1] else 1
    for direction, stacked in enumerate(array):
        for half in range(halves):
            length = len(stacked) // halves
            part = stacked[half * length : (half + 1) * length]
            gates = np.split(part, len(order))
            own = placed.parameter(at, direction, half)
            parameter = _whose(gates, order, {own: known[own]} if own in known else known)
            if parameter is None and own in known and known[own].values.size == part.size:
                parameter = known[own]
            if parameter is None:
                continue
            size = len(part) // len(order)
            values = parameter.values if part.ndim > 1 else parameter.values.reshape(-1)
            for gate, (held, place) in enumerate(zip(gates, order, strict=True)):
                wanted = values[place * size : (place + 1) * size]
                letter = _NAMES[kind][gate]
                label = f"{name}[{direction}, {'WR'[half] if halves > 1 else ''}{letter}]"
                rows = f"{parameter.name}[{place * size}:{(place + 1) * size}]"
                yield Block(
                    Weight(label, store.dtype(name), held.shape, matrix(held)),
                    Parameter(rows, wanted.shape, matrix(wanted), None),
                )


def _whose(
    gates: list[Array], order: tuple[int, ...], known: dict[str, Parameter]
) -> Parameter | None:
    """The parameter that most of the gates are of, whatever their order."""
    count, size = len(gates), len(gates[0])
    votes: Counter[str] = Counter()
    for parameter in known.values():
        shape = (count * size, *gates[0].shape[1:])
        if parameter.shape != shape:
            continue
        values = parameter.values.reshape(shape)
        parts = [values[i * size : (i + 1) * size] for i in range(count)]
        votes[parameter.name] = sum(
            2 * _alike(gate, parts[place]) + any(_alike(gate, part) for part in parts)
            for gate, place in zip(gates, order, strict=True)
        )
    best = votes.most_common(1)
    return known[best[0][0]] if best and best[0][1] else None


def _alike(gate: Array, part: Array) -> bool:
    """Whether two are the same but for a rounding, by some of their rows."""
    step = max(1, len(gate) // _ROWS)
    held, wanted = gate[::step].astype(np.float64), part[::step].astype(np.float64)
    return bool(((held - wanted) ** 2).sum() <= _NEAR * (wanted**2).sum())


_ROWS = 16  # that are looked at

_NEAR = 1e-4
"""Square distance over square length: BF16 rounds by 4e-6."""


class _Order:
    """Which parameter stands where, where the reference has one recurrent op and its layers.

    Paddle lists (input, state) weights of every layer and direction, then their biases likewise.
    """

    def __init__(self, store: Store, reference: Reference) -> None:
        graph = reference.graph
        nodes = [node for node in graph.nodes if node.op == "rnn"]
        self._cell, self._step = 0, 0
        self._names: list[str] = []
        layers = [(_below(store, n), n) for n in store.nodes if n.op_type in _ORDERS]
        layers.sort(key=lambda layer: layer[0])
        self.layers = [node for _, node in layers]
        count = sum(map(_directions, self.layers))
        stacked = [below for below, _ in layers] == list(range(len(layers)))
        if stacked and len(nodes) == 1 and reference.format != "onnx":
            inputs = list(nodes[0].inputs)
            made = [graph.producers[i] for i in inputs if i in graph.producers]
            inputs += [i for node in made if node.op == "combine" for i in node.inputs]
            names = [i for i in inputs if i in reference.parameters]
            if len(names) == _EACH * count:
                self._names = names

    def next(self, node: Any) -> None:
        """Go on to the next layer."""
        self._cell += self._step
        self._step = _directions(node)

    def parameter(self, at: int, direction: int, half: int) -> str:
        """The name of what W, R or a half of B must hold; "" if that isn't known."""
        if not self._names:
            return ""
        cell = 2 * (self._cell + direction)
        biases = len(self._names) // 2
        return self._names[biases + cell + half if at == _PLACES[-1] else cell + at - 1]


_EACH = 4  # weights and biases of one layer and direction


def _below(store: Store, node: Any) -> int:
    """How many recurrent nodes a node's input depends on: its layer."""
    waiting, seen = [node.input[0]], set()
    while waiting:
        made = store.made_by.get(waiting.pop())
        if made is not None and id(made) not in seen:
            seen.add(id(made))
            waiting += made.input
    return sum(id(n) in seen for n in store.nodes if n.op_type in _ORDERS)


def _directions(node: Any) -> int:
    both = any(a.name == "direction" and a.s == b"bidirectional" for a in node.attribute)
    return 2 if both else 1
