"""Every attribute of a reference's ops that the tables know, against a candidate's nodes."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of, sense
from parity.model.graph import Graph, Node
from parity.model.lowered.store import Store
from parity.written.attributes import ordered
from parity.written.attributes.aligned import Names, Stretch, by_names
from parity.written.attributes.constants import differing
from parity.written.attributes.expected import Expected, Read, said
from parity.written.attributes.found import Found, Reader
from parity.written.attributes.known import Constants
from parity.written.attributes.rule import Form, Rule, Value
from parity.written.attributes.said import Attributes
from parity.written.attributes.shapes import shapes
from parity.written.attributes.tables import FORMS, RULES
from parity.written.culprit import Culprit

_RELATIVE = 1e-5
"""Numbers nearer than this are the same: Paddle keeps some as double, some as float, exporters
write them as float; no two settings that anybody chooses are so near."""

_HALF = 0.5
"""If more of the ops differ than this, and there are names of ops that the reference hasn't got,
then the names are those of another program."""


def compare(reference: Artifact, candidate: Artifact) -> Attributes:
    """Say what differs. Nothing is compared unless one is Paddle's and the other ONNX.

    Raises ModelError for files that are damaged.
    """
    began = time.perf_counter()
    if reference.format == "onnx" or candidate.format != "onnx":
        return Attributes(
            notes=("attributes are compared of a Paddle model and an ONNX file only",)
        )
    graph = graph_of(reference.program)
    with sense(reference.program):
        read = Read(graph, shapes(reference))
    with sense(candidate.program):
        found = _Comparison(read, Store(candidate.program))
        found.all()
    seconds = round(time.perf_counter() - began, 4)
    return Attributes(
        tuple(found.culprits), found.compared, len(found.ops), found.of, found.by,
        tuple(found.notes), seconds,
    )  # fmt: skip


@cache
def _rules() -> Mapping[str, tuple[Rule, ...]]:
    """The rows by each name of an op."""
    found: dict[str, tuple[Rule, ...]] = {}
    for rule in RULES:
        for name in rule.ops:
            found[name] = (*found.get(name, ()), rule)
    return found


@cache
def _forms() -> Mapping[str, tuple[Form, ...]]:
    found: dict[str, tuple[Form, ...]] = {}
    for form in FORMS:
        for name in form.ops:
            found[name] = (*found.get(name, ()), form)
    return found


def _paddle3() -> dict[str, str]:
    """What Paddle 3 calls an op of Paddle 2, where the tables know."""
    return {name: rule.ops[0] for rule in RULES for name in rule.ops[1:] if not name.endswith("_")}


def stretches(graph: Graph, store: Store, names: Names | None = None) -> Iterator[Stretch]:
    """Each op of which the tables know something, with the nodes that it became, by names."""
    known = {n: ordered.kinds(_rules()[n]) for op in graph.nodes if (n := _plain(op)) in _rules()}
    yield from by_names(graph, store, names or Names(graph, _paddle3()), known)


@dataclass
class _Comparison:
    read: Read
    store: Store
    culprits: list[Culprit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    compared: int = 0
    ops: set[int] = field(default_factory=set)
    of: int = 0
    by: str = "names"

    def __post_init__(self) -> None:
        self.constants = Constants(self.store)

    def all(self) -> None:
        graph = self.read.graph
        names = Names(graph, _paddle3())
        self.of = sum(_plain(op) in _rules() for op in graph.nodes)
        for stretch in stretches(graph, self.store, names):
            self._stretch(stretch)
        wrong = {c.node for c in self.culprits}
        for culprit, count in differing(graph, self.store, names, self.constants, near):
            self.compared += count
            if culprit is not None and culprit.node not in wrong:
                self.culprits.append(culprit)
        if len(self.culprits) > _HALF * len(self.ops) and names.foreign(self.store):
            self.notes.append("names lead to other ops: of another saving, so they say nothing")
            self.culprits, self.ops, self.compared = [], set(), 0
        if len(self.ops) < _HALF * self.of:
            self._in_order()

    def _stretch(self, stretch: Stretch) -> None:
        op = stretch.op
        for form in _forms().get(_plain(op), ()):
            if self.read.holds(op, form):
                self._form(stretch, form)
        for rule in _rules()[_plain(op)]:
            if not self.read.holds(op, rule):
                continue
            expected = self.read.expected(op, rule)
            if expected is not None:
                self._rule(stretch, rule, expected)

    def _form(self, stretch: Stretch, form: Form) -> None:
        op = stretch.op
        wrong = [n for n in stretch.nodes if n.op_type in form.never]
        missing = form.needs and not any(n.op_type in form.needs for n in stretch.nodes)
        self._count(op)
        given = f"the reference's {op.name} has {form.given} {said(op.attributes.get(form.given))}"
        if wrong:
            self._blame(wrong[0], op, f"stands where {given}")
        elif missing and stretch.nodes:
            needed = " or ".join(form.needs)
            self._blame(stretch.nodes[0], op, f"no {needed} is there, and {given}")

    def _rule(self, stretch: Stretch, rule: Rule, expected: Expected) -> None:
        op = stretch.op
        reader = Reader(self.constants, stretch.nodes, self.read.rank(op, rule.of))
        nodes = [n for n in stretch.nodes if n.op_type in rule.nodes]
        there = [(n, f) for n in nodes if (f := reader.read(n, rule)) is not None]
        if rule.alone and len(there) > 1:
            return
        for node, actual in there:
            self._count(op)
            if not _fits(expected, actual.value, rule):
                self._blame(node, op, evidence(op, expected, actual))

    def _in_order(self) -> None:
        """Where names are gone: by kind, where both sides have as many, in the files' order."""
        self.by, done = "order", set(self.ops)
        for stretch in ordered.stretches(self.read, self.store, _rules(), self.constants, near):
            if id(stretch.op) not in done:
                self._stretch(stretch)

    def _count(self, op: Node) -> None:
        self.compared += 1
        self.ops.add(id(op))

    def _blame(self, node: Any, op: Node, line: str) -> None:
        made = tuple(name for name in node.output if name)
        name = node.name or (made[0] if made else "")
        before = self.culprits[-1] if self.culprits else None
        if before is not None and (before.node, before.outputs) == (name, made):
            self.culprits[-1] = replace(before, evidence=f"{before.evidence}; {line}")
            return
        self.culprits.append(Culprit(name, node.op_type, made, op.name, line))


def evidence(op: Node, expected: Expected, actual: Found) -> str:
    """One line: what stands there, and what the reference has."""
    there = f"is {said(actual.value)}" if actual.place == "its constant" else said(actual.value)
    if not actual.set:
        there = f"is not set, which is {said(actual.value)}"
    return f"{actual.place} {there}, the reference's {op.name} {expected.said}"


def near(expected: Value, actual: Value) -> bool:
    """Whether two values are the same but for float32."""
    one, other = _listed(expected), _listed(actual)
    if len(one) != len(other):
        return False
    return all(_same(e, a) for e, a in zip(one, other, strict=True))


def _same(expected: object, actual: object) -> bool:
    if isinstance(expected, str) or isinstance(actual, str):
        return str(expected) == str(actual)
    e, a = float(expected), float(actual)  # type: ignore[arg-type]
    return e == a or math.isclose(e, a, rel_tol=_RELATIVE) or (math.isnan(e) and math.isnan(a))


def _listed(value: Value) -> Sequence[object]:
    return value if isinstance(value, tuple) else (value,)


def _fits(expected: Expected, actual: Value, rule: Rule) -> bool:
    """Whether a value is one of those; of extents and scales only the last axes are told."""
    if rule.how == "each":
        return all(any(near(v, one) for v in expected.values) for one in _numbers(actual))
    for value in expected.values:
        wanted = len(_listed(value))
        end = actual[-wanted:] if rule.how == "sizes" and isinstance(actual, tuple) else actual
        if near(value, end):
            return True
    return False


def _numbers(actual: Value) -> Sequence[Value]:
    return actual if isinstance(actual, tuple) else (actual,)


def _plain(node: Node) -> str:
    return node.name.removeprefix("pd_op.")
