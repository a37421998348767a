"""The hash of what a graph computes: equal under other names, another for any other graph."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper, save

from parity.exports._content import facts

Ref = tuple[Any, ...]
"""("input", n), ("constant", value), or ("value", where the node stands)."""


@dataclass(frozen=True)
class Op:
    """One node: a graph in place of names. branches: of an If, whose only input is "choose"."""

    kind: str
    alpha: float = 0.0
    reads: tuple[Ref, ...] = ()
    branches: "tuple[Body, ...]" = ()


@dataclass(frozen=True)
class Body:
    ops: tuple[Op, ...]
    answer: Ref


INPUTS: list[Ref] = [("input", 0), ("input", 1)]
Path_ = tuple[int, ...]


@st.composite
def bodies(draw: st.DrawFn, known: tuple[Ref, ...] = (), at: Path_ = (), depth: int = 2) -> Body:
    """Bodies whose nodes read what stands before them, here or around."""
    refs = list(known) or [*INPUTS, ("constant", 1.0), ("constant", 2.0)]
    ops: list[Op] = []
    for index in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["Add", "Mul", "LeakyRelu", *(["If"] if depth else [])]))
        here = (*at, index)
        some = st.sampled_from(refs)
        if kind == "If":
            inner = [draw(bodies(tuple(refs), (*here, side), depth - 1)) for side in (0, 1)]
            ops.append(Op("If", branches=tuple(inner)))
        elif kind == "LeakyRelu":
            ops.append(Op(kind, draw(st.sampled_from([0.25, 0.5])), (draw(some),)))
        else:
            ops.append(Op(kind, 0.0, (draw(some), draw(some))))
        refs.append(("value", *here))
    return Body(tuple(ops), draw(st.sampled_from(refs)))


def moved(body: Body, old: Path_, new: Path_) -> Body:
    """The same body where another branch stood."""

    def read(ref: Ref) -> Ref:
        inside = ref[0] == "value" and ref[1 : 1 + len(old)] == old
        return ("value", *new, *ref[1 + len(old) :]) if inside else ref

    ops = tuple(
        replace(
            op,
            reads=tuple(map(read, op.reads)),
            branches=tuple(moved(inner, old, new) for inner in op.branches),
        )
        for op in body.ops
    )
    return Body(ops, read(body.answer))


@st.composite
def changes(draw: st.DrawFn, body: Body, at: Path_ = ()) -> Body:
    """The same body with one thing changed, somewhere inside."""
    which = draw(st.integers(0, len(body.ops)))
    if which == len(body.ops):
        made: list[Ref] = [("value", *at, i) for i in range(len(body.ops))]
        others = [*made, *INPUTS, ("constant", 1.0)]
        return replace(body, answer=draw(st.sampled_from(others)))
    op = body.ops[which]
    if op.branches:
        changed = replace(op, branches=draw(_branches(op.branches, (*at, which))))
    elif op.kind == "LeakyRelu" and draw(st.booleans()):
        changed = replace(op, alpha=op.alpha + 0.125)
    elif op.kind != "LeakyRelu" and draw(st.booleans()):
        changed = replace(op, kind={"Add": "Mul", "Mul": "Add"}[op.kind])
    else:
        nth = draw(st.integers(0, len(op.reads) - 1))
        before: list[Ref] = [("value", *at, i) for i in range(which)]
        other = draw(st.sampled_from([*before, *INPUTS, ("constant", 2.0), ("constant", 3.0)]))
        reads = tuple(other if i == nth else r for i, r in enumerate(op.reads))
        changed = replace(op, reads=reads)
    return replace(body, ops=(*body.ops[:which], changed, *body.ops[which + 1 :]))


@st.composite
def _branches(draw: st.DrawFn, both: tuple[Body, ...], at: Path_) -> tuple[Body, ...]:
    one, two = both
    left, right = (*at, 0), (*at, 1)
    match draw(st.sampled_from(["first", "second", "swapped"])):
        case "first":
            return draw(changes(one, left)), two
        case "second":
            return one, draw(changes(two, right))
    return moved(two, right, left), moved(one, left, right)


class Writer:
    """A body as an ONNX graph. siblings: whether branches use each other's names again."""

    def __init__(self, *, siblings: bool, nodes: bool) -> None:
        self.siblings, self.nodes = siblings, nodes
        self._fresh = count(100)
        self._names: dict[Ref, str] = {("input", 0): "x", ("input", 1): "y"}

    def graph(self, body: Body, at: Path_ = ()) -> GraphProto:
        constants: dict[str, float] = {}
        nodes = [self._node(op, (*at, i), constants) for i, op in enumerate(body.ops)]
        answer = self._read(body.answer, constants)
        out = helper.make_tensor_value_info("out" if not at else answer, TensorProto.FLOAT, [2])
        if not at:
            nodes.append(helper.make_node("Identity", [answer], ["out"]))
        held = [_tensor(value, name) for name, value in constants.items()]
        inputs = [] if at else list(_inputs())
        if not self.nodes:
            return helper.make_graph(nodes, "g", inputs, [out], held)
        first = [helper.make_node("Constant", [], [t.name], value=t) for t in held]
        return helper.make_graph([*first, *nodes], "g", inputs, [out])

    def _node(self, op: Op, at: Path_, constants: dict[str, float]) -> NodeProto:
        name = f"n{'_'.join(map(str, at[::2]))}" if self.siblings else f"v{next(self._fresh)}"
        read = [self._read(ref, constants) for ref in op.reads]
        more: dict[str, Any] = {"alpha": op.alpha} if op.kind == "LeakyRelu" else {}
        if op.branches:
            read = ["choose"]
            for side, (key, body) in enumerate(
                zip(("then_branch", "else_branch"), op.branches, strict=True)
            ):
                more[key] = self.graph(body, (*at, side))
        self._names["value", *at] = name
        return helper.make_node(op.kind, read, [name], **more)

    def _read(self, ref: Ref, constants: dict[str, float]) -> str:
        if ref[0] != "constant":
            return self._names[ref]
        name = f"c{ref[1]}"
        constants[name] = ref[1]
        return name


def _inputs() -> Iterator[Any]:
    yield helper.make_tensor_value_info("x", TensorProto.FLOAT, [2])
    yield helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])
    yield helper.make_tensor_value_info("choose", TensorProto.BOOL, [])


def _tensor(value: float, name: str) -> TensorProto:
    return numpy_helper.from_array(np.full(2, value, np.float32), name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("content")


def hashed(folder: Path, graph: GraphProto) -> str:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    save(model, folder / "model.onnx")
    return facts(folder / "model.onnx").content


QUICK = settings(
    max_examples=80,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@QUICK
@given(body=bodies())
def test_names_and_where_constants_stand_count_for_nothing(folder: Path, body: Body) -> None:
    made = {
        hashed(folder, Writer(siblings=siblings, nodes=nodes).graph(body))
        for siblings in (True, False)
        for nodes in (True, False)
    }
    assert len(made) == 1


@QUICK
@given(data=st.data(), siblings=st.booleans())
def test_any_change_is_another_graph(folder: Path, data: st.DataObject, siblings: bool) -> None:
    body = data.draw(bodies())
    other = data.draw(changes(body))
    assume(other != body)
    writer = {"siblings": siblings, "nodes": False}
    assert hashed(folder, Writer(**writer).graph(body)) != hashed(
        folder, Writer(**writer).graph(other)
    )


def _if(then: list[NodeProto], otherwise: list[NodeProto], after: list[NodeProto]) -> GraphProto:
    out = [helper.make_tensor_value_info("t", TensorProto.FLOAT, [2])]
    branches = {
        "then_branch": helper.make_graph(then, "t", [], out),
        "else_branch": helper.make_graph(otherwise, "e", [], out),
    }
    node = helper.make_node("If", ["choose"], ["picked"], **branches)
    ends = [helper.make_tensor_value_info("out", TensorProto.FLOAT, [2])]
    return helper.make_graph([node, *after], "g", list(_inputs()), ends)


def test_siblings_that_use_one_name_are_told_apart(folder: Path) -> None:
    """Six graphs of which one branch differs in what it reads, by names that the other has too."""
    after = [helper.make_node("Identity", ["picked"], ["out"])]

    def branch(*reads: str) -> list[NodeProto]:
        last = helper.make_node("Add" if len(reads) == 2 else "Exp", reads, ["t"])
        return [helper.make_node("Neg", ["x"], ["a"]), helper.make_node("Abs", ["x"], ["b"]), last]

    ways = [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b"), ("a",), ("b",)]
    both = [(branch("a", "b"), branch(*reads)) for reads in ways]
    assert len({hashed(folder, _if(then, other, after)) for then, other in both}) == 6
    assert len({hashed(folder, _if(then, other, after)) for other, then in both}) == 6


def test_what_a_branch_names_is_not_known_after_it(folder: Path) -> None:
    found = set()
    for last in ("a", "x"):
        inner = [helper.make_node("Neg", ["x"], ["a"]), helper.make_node("Abs", ["a"], ["t"])]
        other = [helper.make_node("Neg", ["x"], ["b"]), helper.make_node("Abs", [last], ["t"])]
        after = [helper.make_node("Identity", ["picked"], ["out"])]
        found.add(hashed(folder, _if(inner, other, after)))
        found.add(hashed(folder, _if(other, inner, after)))
    assert len(found) == 4


def test_a_scalar_is_not_a_shape_that_nobody_states(folder: Path) -> None:
    made = []
    shapes: tuple[list[int] | None, ...] = ([], None)
    for shape in shapes:
        value = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
        out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [2])
        node = helper.make_node("Identity", ["x"], ["out"])
        made.append(hashed(folder, helper.make_graph([node], "g", [value], [out])))
    assert made[0] != made[1]
