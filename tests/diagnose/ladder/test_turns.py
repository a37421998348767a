"""A number of FP16 next to a turn: the conversion's, whatever an optimiser takes out beside it."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from parity.diagnose.ladder.climb import climb
from parity.diagnose.ladder.turns import turn
from parity.model.formats.read import graph_of
from parity.model.tensors import Feed
from tests.diagnose.ladder.small import FLOAT, INT64, LONG_S, model, node, plainly, save
from tests.diagnose.ladder.test_conversion import asked, said

FLOAT16 = 10

DISTANCES: Feed = {"x": np.arange(4, 64)}


def bucketed(*, halves: bool) -> onnx.ModelProto:
    """The bucket of a distance, as in T5: four to each factor of 16, from 4 on."""
    dtype: type[np.floating] = np.float16 if halves else np.float32
    nodes = [node("Cast", ["x"], ["at0"], to=FLOAT16 if halves else FLOAT)]
    stored = {"zero": dtype(0), "c0": dtype(1 / 4), "c1": dtype(1 / np.log(16)), "c2": dtype(4)}
    for i, before in enumerate(("at0", "log", "at2")):
        nodes += [
            node("Mul", [before, f"c{i}"], [f"product{i}"]),
            node("Add", [f"product{i}", "zero"], [f"sum{i}"]),
            node("Identity", [f"sum{i}"], [f"at{i + 1}"]),
        ]
        if not i:
            nodes.append(node("Log", ["at1"], ["log"]))
    nodes += [
        node("Cast", ["at3"], ["bucket"], to=INT64),
        node("Cast", ["bucket"], ["y"], to=FLOAT),
    ]
    return model(nodes, {"x": (INT64, ["n"])}, {"y": (FLOAT, ["n"])}, stored)


def test_what_turns_by_rounding_is_no_fault_of_a_pass(tmp_path: Path) -> None:
    right = plainly(save(bucketed(halves=False), tmp_path / "m.onnx"))
    wrong = save(bucketed(halves=True), tmp_path / "h.onnx")
    climbed = climb(asked(right.model, wrong.model.program, DISTANCES, "fp16"), None, LONG_S)
    assert "right with nothing optimised" in said(climbed, "optimiser")[0]
    assert climbed.stage == "conversion"
    assert "at Cast `bucket` a number that is rounded a little otherwise turns" in climbed.sentence


@pytest.mark.parametrize(
    ("nodes", "named"),
    [
        ([node("Floor", ["x"], ["y"])], "Floor"),
        ([node("Sqrt", ["x"], ["s"]), node("Cast", ["s"], ["y"], to=INT64)], "Cast"),
        ([node("Cast", ["x"], ["y"], to=FLOAT16)], None),
        ([node("Cast", ["x"], ["y"], to=INT64)], None),  # of whole numbers, for all one knows
        ([node("Floor", ["x"], ["unread"]), node("Sqrt", ["x"], ["y"])], None),
    ],
)
def test_where_a_model_turns(
    tmp_path: Path, nodes: list[onnx.NodeProto], named: str | None
) -> None:
    onnx.save(model(nodes, {"x": (FLOAT, ["n"])}, {"y": (FLOAT, ["n"])}), tmp_path / "m.onnx")
    found = turn(graph_of(tmp_path / "m.onnx"))
    assert (found and found.name) == named
