"""Constants of the reference against those that bear their names."""

from collections.abc import Callable, Iterator
from typing import Any

from parity.model.graph import Graph
from parity.model.lowered.store import Store
from parity.written.attributes.aligned import Names
from parity.written.attributes.expected import said
from parity.written.attributes.known import Constants
from parity.written.attributes.rule import Value
from parity.written.culprit import Culprit

_SHOWN = 8  # numbers of a list that are shown

Near = Callable[[Value, Value], bool]


def differing(
    graph: Graph, store: Store, names: Names, constants: Constants, near: Near
) -> Iterator[tuple[Culprit | None, int]]:
    """For each constant that both sides have: who reads a wrong one, and that one was compared."""
    for name, held in graph.constants.items():
        stored = next((n for n in names.of(name) if n in store.tensors), None)
        actual = constants.read(stored) if stored is not None else None
        if stored is None or actual is None or None in actual or len(actual) != held.size:
            continue
        expected = tuple(held.reshape(-1).tolist())
        numbers = tuple(n for n in actual if n is not None)
        reader = _reader(store, stored)
        if near(expected, numbers) or reader is None:
            yield None, 1
            continue
        op = next(iter(graph.readers(name)), None)
        whose = op.name if op is not None else graph.producers[name].name
        line = (
            f"{stored} is {said(numbers[:_SHOWN])}, the reference's {whose} reads "
            f"{said(expected[:_SHOWN])}"
        )
        made = tuple(reader.output)
        yield Culprit(reader.name or made[0], reader.op_type, made, whose, line), 1


def _reader(store: Store, name: str) -> Any:
    """The node that computes with a stored tensor: behind those that hand it on."""
    for _ in range(len(store.nodes)):
        readers = store.read_by.get(name, [])
        if not readers or readers[0].op_type not in ("Identity", "Cast"):
            return readers[0] if readers else None
        name = readers[0].output[0]
    return None
