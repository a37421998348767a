"""A candidate that takes one index of a row for another: every index is fed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from parity.compare.findings import ValuesDiffer
from parity.inputs import Example, Limits, index_of, walks
from parity.model.artifact import resolve
from parity.model.spec import TensorSpec, Values
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify

ITEMS = 1300


def recommender(wrong: int | None = None) -> onnx.ModelProto:
    """A row of a table beside a product. wrong: an index that is taken for the next one."""
    rng = np.random.default_rng(3)
    taken = np.arange(ITEMS)
    if wrong is not None:
        taken[wrong] += 1
    nodes = [
        helper.make_node("Gather", ["taken", "item"], ["row"]),
        helper.make_node("Gather", ["table", "row"], ["looked"]),
        helper.make_node("MatMul", ["dense", "w"], ["product"]),
        helper.make_node("Add", ["looked", "product"], ["y"]),
    ]
    stored = {
        "taken": taken,
        "table": rng.normal(size=(ITEMS, 4)).astype(np.float32),
        "w": rng.normal(size=(6, 4)).astype(np.float32),
    }
    graph = helper.make_graph(
        nodes,
        "g",
        [
            helper.make_tensor_value_info("item", TensorProto.INT64, ["batch"]),
            helper.make_tensor_value_info("dense", TensorProto.FLOAT, ["batch", 6]),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(a, n) for n, a in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def verified(folder: Path, candidate: onnx.ModelProto, max_batch: int | None = None) -> Result:
    def side(name: str, proto: onnx.ModelProto) -> Side:
        onnx.save(proto, folder / f"{name}.onnx")
        return Side(resolve(folder / f"{name}.onnx"), "ort")

    reference = side("reference", recommender())
    asked = Request(reference, side("candidate", candidate), max_batch=max_batch)
    return verify(replace(asked, effort=Effort(5, shrink_s=5)))


def test_every_index_is_fed_and_the_wrong_one_is_shown(tmp_path: Path) -> None:
    result = verified(tmp_path, recommender(wrong=1234))
    (finding,) = result.verdict.findings
    assert isinstance(finding, ValuesDiffer)
    assert result.minimal is not None
    assert result.minimal.example.feed["item"].tolist() == [1234]


def test_a_healthy_one_passes_and_says_how_many_were_fed(tmp_path: Path) -> None:
    result = verified(tmp_path, recommender())
    assert result.passed
    assert f"item: {ITEMS:,} of {ITEMS:,} ids fed" in result.notes


SPECS = (
    TensorSpec("item", "int64", ("n",), Values(1, 40, whole=True)),
    TensorSpec("shop", "int64", ("n", 2), Values(0, 99, whole=True)),
    TensorSpec("dense", "float32", ("n", 6), Values(-3, 3)),
)
BASE = Example(
    {
        "item": np.zeros(2, np.int64),
        "shop": np.zeros((2, 2), np.int64),
        "dense": np.ones((2, 6), np.float32),
    },
    "boundary: noise",
)


def test_several_inputs_go_together() -> None:
    made = walks([BASE], SPECS, Limits(), None)
    assert [e.feed["dense"].shape for e in made] == [(256, 6)]
    assert set(made[0].feed["item"]) == set(range(1, 41))
    assert set(made[0].feed["shop"].ravel()) == set(range(100))


def test_who_says_how_many_rows_there_are_gets_more_feeds() -> None:
    made = walks([BASE], SPECS, Limits(), 4)
    assert {len(e.feed["item"]) for e in made} == {4}
    assert {int(i) for e in made for i in e.feed["shop"].ravel()} == set(range(100))


def test_what_is_too_large_for_one_run_goes_by_turns() -> None:
    spec = (TensorSpec("item", "int64", ("n",), Values(0, 9999, whole=True)),)
    base = Example({"item": np.zeros(1, np.int64)}, "boundary: zeros")
    fed = [
        {int(i) for e in walks([base], spec, Limits(indices=2048, turn=turn), None)
         for i in e.feed["item"]}
        for turn in range(5)
    ]  # fmt: skip
    assert all(len(ids) == 2048 for ids in fed)
    assert len(set.union(*fed)) == 10_000


def test_few_values_and_other_numbers_are_no_indices() -> None:
    assert index_of(TensorSpec("k", "int64", ("n",), Values(0, 9, whole=True))) is None
    assert index_of(SPECS[2]) is None
    assert index_of(TensorSpec("k", "int64", ("n",), Values(0, np.inf, whole=True))) is None
    assert walks([BASE], SPECS[2:], Limits(), None) == []
