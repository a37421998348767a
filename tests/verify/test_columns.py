"""A score beside pixels: what the tolerance allows the pixels is all that a score can be."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.compare.columns import Columns
from parity.compare.noticed import ColumnDiffers
from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.model.artifact import resolve
from parity.model.tensors import Array
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify

NAN = float("nan")


def detector(*, score: float = 1.0, bias: float = 0.0, first: bool = False) -> onnx.ModelProto:
    """Pictures' features to rows of a score and four pixels, or columns of them.

    score, bias: what the score is multiplied by, and what is added.
    """
    rng = np.random.default_rng(3)
    pixels = (rng.normal(size=(8, 4)) * 100).astype(np.float32)
    scores = rng.normal(size=(8, 1)).astype(np.float32)
    nodes = [
        helper.make_node("MatMul", ["x", "pixels"], ["boxes"]),
        helper.make_node("MatMul", ["x", "scores"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["sure"]),
        helper.make_node("Mul", ["sure", "score"], ["scaled"]),
        helper.make_node("Add", ["scaled", "bias"], ["shifted"]),
        helper.make_node("Concat", ["shifted", "boxes"], ["rows"], axis=2),
        helper.make_node("Transpose", ["rows"], ["y"], perm=[0, 2, 1] if first else [0, 1, 2]),
    ]
    stored = {
        "pixels": pixels,
        "scores": scores,
        "score": np.float32(score),
        "bias": np.float32(bias),
    }
    graph = helper.make_graph(
        nodes,
        "detector",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 16, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(a), n) for n, a in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def verified(folder: Path, reference: onnx.ModelProto, candidate: onnx.ModelProto) -> Result:
    def side(name: str, proto: onnx.ModelProto) -> Side:
        onnx.save(proto, folder / f"{name}.onnx")
        return Side(resolve(folder / f"{name}.onnx"), "ort")

    asked = Request(side("reference", reference), side("candidate", candidate))
    return verify(replace(asked, effort=Effort(10, shrink_s=5)))


@pytest.mark.parametrize("first", [False, True], ids=["rows", "columns"])
@pytest.mark.parametrize(("score", "bias"), [(1.0005, 0.0), (1.0, 3e-4)])
def test_a_score_is_held_to_its_own_scale(
    tmp_path: Path, first: bool, score: float, bias: float
) -> None:
    healthy = detector(first=first)
    assert verified(tmp_path, healthy, healthy).passed
    result = verified(tmp_path, healthy, detector(score=score, bias=bias, first=first))
    (finding,) = result.verdict.findings
    assert isinstance(finding, ColumnDiffers)
    assert finding.index[finding.axis] == finding.column == 0
    assert finding.axis == (1 if first else 2)
    assert finding.magnitude <= 1 < 100 < finding.whole
    assert "held to its own scale" in str(finding)


def test_the_same_function_in_another_order_passes(tmp_path: Path) -> None:
    """What rounding does to a column is no fault of it."""
    other = detector()
    other.graph.node[3].op_type = "Div"
    other.graph.initializer[2].CopyFrom(numpy_helper.from_array(np.float32(1.0), "score"))
    assert verified(tmp_path, detector(), other).passed


def seen(*pairs: tuple[Array, Array], tolerance: Tolerance = DEFAULTS["fp32"]) -> Columns:
    columns = Columns(tolerance)
    for expected, actual in pairs:
        columns.add({"y": expected}, {"y": actual}, {})
    return columns


def rows(count: int = 5, *, scale: float = 300.0) -> Array:
    return (np.random.default_rng(count).normal(size=(count, 3)) * [1, scale, scale]).astype("f4")


def test_columns_of_one_scale_are_one() -> None:
    assert seen((rows(scale=2), rows(scale=2))).apart("y", 1e-4) == {}
    assert seen((rows(), rows())).apart("y", 3e-3) == {1: [0]}


def test_an_axis_that_changes_its_size_has_no_columns() -> None:
    columns = seen((rows(), rows()), (rows().T, rows().T), (rows(4).T, rows(4).T))
    assert columns.axes == {}


def test_nan_and_padding_count_for_nothing() -> None:
    expected = rows()[np.newaxis]
    actual = np.array(expected)
    actual[0, 2, 0], actual[0, 4, 0] = NAN, 9.0
    columns = Columns(DEFAULTS["fp32"])
    valid = {"y": np.array([[True, True, True, True, False]])}
    assert columns.add({"y": expected}, {"y": actual}, valid) == 0
    assert columns.add({"y": expected}, {"y": actual}, {}) > 1e4


def test_every_element_alone_needs_no_columns() -> None:
    elementwise = Tolerance(1e-5, 1e-5, "elementwise")
    assert seen((rows(), rows() + 1), tolerance=elementwise).axes == {}
