"""A candidate that goes wrong from so many rows on, beyond what a generated batch holds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.compare.findings import ValuesDiffer
from parity.inputs import Example, Limits, crowds
from parity.model.artifact import resolve
from parity.model.spec import TensorSpec
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify


def dense(wrong_from: int = 10_000, *, batch: str | int = "batch") -> onnx.ModelProto:
    """A product, which is doubled from so many rows on."""
    matrix = np.random.default_rng(3).normal(size=(8, 4)).astype(np.float32)
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["product"]),
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "zero"], ["rows"]),
        helper.make_node("Less", ["rows", "limit"], ["few"]),
        helper.make_node("Where", ["few", "one", "two"], ["factor"]),
        helper.make_node("Mul", ["product", "factor"], ["y"]),
    ]
    stored = {
        "w": matrix,
        "zero": np.int64(0),
        "limit": np.int64(wrong_from),
        "one": np.float32(1),
        "two": np.float32(2),
    }
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(a), n) for n, a in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def verified(folder: Path, candidate: onnx.ModelProto, max_batch: int | None = None) -> Result:
    def side(name: str, proto: onnx.ModelProto) -> Side:
        onnx.save(proto, folder / f"{name}.onnx")
        return Side(resolve(folder / f"{name}.onnx"), "ort")

    asked = Request(side("reference", dense()), side("candidate", candidate), max_batch=max_batch)
    return verify(replace(asked, effort=Effort(5, shrink_s=5)))


@pytest.mark.parametrize("rows", [5, 8, 16, 30])
def test_many_rows_are_fed_and_shrunk_to_the_first_that_fails(tmp_path: Path, rows: int) -> None:
    result = verified(tmp_path, dense(rows))
    (finding,) = result.verdict.findings
    assert isinstance(finding, ValuesDiffer)
    assert result.minimal is not None
    assert result.minimal.reproduced
    assert result.minimal.example.feed["x"].shape == (rows, 8)


def test_who_says_how_many_rows_there_are_is_fed_no_more(tmp_path: Path) -> None:
    assert verified(tmp_path, dense(8), max_batch=4).passed
    assert not verified(tmp_path, dense(3), max_batch=4).passed


def example(rows: int) -> Example:
    ids = np.arange(rows * 3).reshape(rows, 3)
    return Example(
        {"ids": ids, "table": np.zeros((9, 2), np.float32)},
        "boundary: some",
        texts=tuple("abcd"[:rows]),
        lengths=tuple(range(1, rows + 1)),
    )


SPECS = (TensorSpec("ids", "int64", ("n", 3)), TensorSpec("table", "float32", (9, 2)))


def test_rows_their_texts_and_lengths_come_over_and_over() -> None:
    made = crowds([example(1), example(4), example(2)], SPECS, Limits())
    assert [len(e.feed["ids"]) for e in made] == [5, 6, 7, 8, 11, 16, 23, 32]
    five = made[0]
    np.testing.assert_array_equal(five.feed["ids"][:, 0], [0, 3, 0, 3, 0])
    assert five.feed["table"].shape == (9, 2)
    assert five.texts == ("a", "b", "a", "b", "a")
    assert five.lengths == (1, 2, 1, 2, 1)
    assert five.plan is not None


def test_over_the_turns_every_number_of_rows_comes() -> None:
    def fed(turn: int) -> set[int]:
        made = crowds([example(1), example(4)], SPECS, Limits(turn=turn))
        return {len(e.feed["ids"]) for e in made}

    assert set().union(*(fed(turn) for turn in range(12))) == set(range(5, 33))
    assert fed(0) != fed(1)
    every = crowds([example(1), example(4)], SPECS, Limits(every_length=True))
    assert len(every) == 28


@pytest.mark.parametrize(("examples", "most"), [([example(1)], 4), ([], 4), ([example(2)], 32)])
def test_where_no_batch_has_several_rows_there_are_none(examples: list[Example], most: int) -> None:
    assert crowds(examples, SPECS, Limits(max_batch=most)) == []


def test_inputs_without_a_common_first_axis_have_no_rows() -> None:
    two = Example({"q": np.zeros((2, 3)), "k": np.zeros((4, 3))}, "boundary: some")
    specs = (TensorSpec("q", "float32", ("n", 3)), TensorSpec("k", "float32", ("m", 3)))
    assert crowds([two], specs, Limits()) == []


def test_a_state_with_the_batch_second_grows_with_it() -> None:
    def step(rows: int) -> Example:
        feed = {"x": np.zeros((rows, 5), np.float32), "state": np.zeros((2, rows, 4), np.float32)}
        return Example(feed, "boundary: some")

    specs = (TensorSpec("x", "float32", ("n", 5)), TensorSpec("state", "float32", (2, "m", 4)))
    made = crowds([step(1), step(3)], specs, Limits())
    rows = (5, 6, 7, 8, 11, 16, 23, 32)
    assert {e.feed["state"].shape for e in made} == {(2, n, 4) for n in rows}
