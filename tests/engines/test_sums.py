"""What the order of a sum does to the mean of a picture is part of the noise."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.engines import noise
from parity.engines._sums import one_by_one
from parity.model.artifact import Artifact

AXES_INPUT = {"ReduceSum": 13, "ReduceMean": 18}

FLAT = {"x": np.full((1, 2, 200, 200), 0.7, np.float32)}


def pooling(op: str, opset: int, **attributes: Any) -> onnx.ModelProto:
    held = [numpy_helper.from_array(np.array([[1.0, 0.5], [0.5, 1.0]], np.float32), "w")]
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
    engine._sums = None
    alone = float(engine.run(FLAT)["y"].max())
    mean = 0.7 * (40000 if op == "ReduceSum" else 1)
    one_after_another = np.add.accumulate(FLAT["x"][0, 0].ravel())[-1] / (
        1 if op == "ReduceSum" else np.float32(40000)
    )
    apart = abs(float(one_after_another) - mean) * 1.5
    assert alone < apart / 10
    assert with_sums == pytest.approx(0.3 * apart, rel=0.3)  # the usual sum is off, too


def test_where_nothing_is_added_up_there_is_no_copy() -> None:
    assert one_by_one(pooling("ReduceMax", 13, axes=[2, 3])) is None
    assert one_by_one(pooling("ReduceMean", 13, axes=[1], keepdims=1)) is None
    assert one_by_one(pooling("ReduceMean", 13, axes=[-2, -1], keepdims=1)) is not None
