"""What the order of a sum does to the mean of a picture is part of the noise."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.engines import noise
from parity.engines._summed import Sums, watched
from parity.engines._sums import one_by_one
from parity.engines.ort import session_of
from parity.model.artifact import Artifact

AXES_INPUT = {"ReduceSum": 13, "ReduceMean": 18}

FEED = np.random.default_rng(0).uniform(0.5, 1, (2, 2, 90, 120)).astype(np.float32)
WEIGHT = np.array([[1.0, 0.5], [0.5, 1.0]], np.float32)
FLAT = {"x": np.full((1, 2, 200, 200), 0.7, np.float32)}


def shapes(model: onnx.ModelProto, wanted: Sequence[str]) -> dict[str, tuple[int, ...]]:
    there = [name for name in wanted if name != "x"]
    if not there:
        return {"x": FEED.shape}
    session = session_of(watched(model, there), level="basic", threads=1)
    known = {i.name: FEED if i.name == "x" else WEIGHT for i in session.get_inputs()}
    return {
        "x": FEED.shape,
        **{n: a.shape for n, a in zip(there, session.run(there, known), strict=True)},
    }


def pooling(op: str, opset: int, **attributes: Any) -> onnx.ModelProto:
    held = [numpy_helper.from_array(WEIGHT, "w")]
    inputs = ["x"]
    if "axes" in attributes and opset >= AXES_INPUT.get(op, 99):
        held.append(numpy_helper.from_array(np.array(attributes.pop("axes"), np.int64), "axes"))
        inputs.append("axes")
    nodes = [helper.make_node(op, inputs, ["mean"], **attributes)]
    keeps = attributes.get("keepdims", 1)
    if keeps:
        nodes.append(helper.make_node("Flatten", ["mean"], ["rows"]))
    nodes.append(helper.make_node("MatMul", ["rows" if keeps else "mean", "w"], ["y"]))
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2, "h", "w_"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        held,
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=min(8, opset - 3)
    )


@pytest.mark.parametrize("opset", [7, 11, 17, 18])
@pytest.mark.parametrize(
    ("op", "attributes"),
    [
        ("GlobalAveragePool", {}),
        ("ReduceMean", {"axes": [2, 3], "keepdims": 0}),
        ("ReduceSum", {"axes": [2, 3]}),
    ],
)
def test_a_flat_picture_moves_by_more_than_its_weights(
    tmp_path: Path, op: str, opset: int, attributes: dict[str, Any]
) -> None:
    file = tmp_path / "m.onnx"
    onnx.save(pooling(op, opset, **attributes), file)
    engine = noise.open(Artifact("onnx", file), {})
    with_sums = float(engine.run(FLAT)["y"].max())
    engine._sums = Sums(pooling("ReduceMax", 13, axes=[2, 3]), 1)
    alone = float(engine.run(FLAT)["y"].max())
    mean = 0.7 * (40000 if op == "ReduceSum" else 1)
    one_after_another = np.add.accumulate(FLAT["x"][0, 0].ravel())[-1] / (
        1 if op == "ReduceSum" else np.float32(40000)
    )
    apart = abs(float(one_after_another) - mean) * 1.5
    assert alone < apart / 10
    assert with_sums == pytest.approx(0.3 * apart, rel=0.3)  # the usual sum is off, too


def test_where_nothing_long_is_added_up_there_is_no_copy() -> None:
    assert one_by_one(pooling("ReduceMax", 13, axes=[2, 3]), shapes) is None
    assert (
        one_by_one(pooling("ReduceMean", 13, axes=[1], keepdims=1), shapes) is None
    )  # of two channels
    assert one_by_one(pooling("ReduceMean", 13, axes=[-2, -1], keepdims=1), shapes) is not None


@pytest.mark.parametrize("opset", [9, 12, 13, 18])
def test_each_kind_of_sum_is_the_same_up_to_its_order(tmp_path: Path, opset: int) -> None:
    """In float64 what is left of the difference would be nothing: here it is near that."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2, "h", "w"])
    reduced: dict[str, list[str]] = {}
    nodes, held = [], []
    for op in ("ReduceMean", "ReduceSum", "ReduceL1", "ReduceL2", "ReduceSumSquare"):
        newer = opset >= (13 if op == "ReduceSum" else 18)
        for name, axes in (("chw", [1, 2, 3]), ("nh", [0, 2]), ("w", [3])):
            inputs, attributes = ["x"], {"axes": axes}
            if newer:
                inputs, attributes = ["x", name], {}
            nodes.append(helper.make_node(op, inputs, [f"{op} {name}"], keepdims=0, **attributes))
            reduced[f"{op} {name}"] = inputs
    nodes.append(helper.make_node("Softmax", ["x"], ["softmax"], axis=3))
    nodes.append(helper.make_node("GlobalAveragePool", ["x"], ["pool"]))
    held = [
        numpy_helper.from_array(np.array(axes, np.int64), name)
        for name, axes in (("chw", [1, 2, 3]), ("nh", [0, 2]), ("w", [3]))
    ]
    names = [*reduced, "softmax", "pool"]
    outputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in names]
    graph = helper.make_graph(nodes, "g", [x], outputs, held)
    opsets = [helper.make_opsetid("", opset)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=7)
    both = one_by_one(model, shapes)
    assert both is not None
    plain, other = (
        session_of(m.SerializeToString(), level="all", threads=1).run(None, {"x": FEED})
        for m in both
    )
    moved = set()
    for name, one, another in zip(names, plain, other, strict=True):
        np.testing.assert_allclose(another, one, rtol=2e-4, err_msg=name)
        if (one != another).any():
            moved.add(name)
    # The runtime adds the others in that order itself.
    assert moved >= {"ReduceMean chw", "ReduceSum chw", "pool"}


def test_a_short_mean_of_equal_numbers_moves_though_the_feed_is_zero(tmp_path: Path) -> None:
    """A silent wave: no moved weight and no moved input tells what the mean of it rounds."""
    limits = {"low": np.float32(1e-10), "frames": np.array([6, 100])}
    nodes = [
        helper.make_node("Clip", ["x", "low"], ["clipped"]),
        helper.make_node("Log", ["clipped"], ["log"]),
        helper.make_node("Reshape", ["log", "frames"], ["rows"]),
        helper.make_node("ReduceMean", ["rows"], ["y"], axes=[1]),
    ]
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 600])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(a), n) for n, a in limits.items()],
    )  # fmt: skip
    file = tmp_path / "m.onnx"
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=8), file
    )
    engine = noise.open(Artifact("onnx", file), {})
    assert float(engine.run({"x": np.zeros((1, 600), np.float32)})["y"].max()) > 1e-6
