"""What rounding does to a model is the same however its file stores the weights."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.engines import noise
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Outputs

RNG = np.random.default_rng(0)
LARGE = RNG.normal(size=(80, 80)).astype(np.float32)  # 25 KB: it stays in the file
TABLE = np.arange(80 * 80, dtype=np.int64).reshape(80, 80)
FEED = {"x": RNG.normal(size=(3, 80)).astype(np.float32)}


def model(form: str) -> onnx.ModelProto:
    """``x @ LARGE``, and a large integer table that is read but not moved."""
    weight = numpy_helper.from_array(LARGE, "w")
    table = numpy_helper.from_array(TABLE, "t")
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["p"]),
        helper.make_node("Cast", ["t"], ["f"], to=1),
        helper.make_node("ReduceMax", ["f"], ["m"], keepdims=0),
        helper.make_node("Mul", ["p", "m"], ["y"]),
    ]
    initializers = [weight, table]
    inputs = [helper.make_tensor_value_info("x", 1, ["n", 80])]
    if form == "constant":
        nodes.insert(0, helper.make_node("Constant", [], ["w"], value=weight))
        initializers.remove(weight)
    elif form == "ir3":
        inputs.append(helper.make_tensor_value_info("w", 1, [80, 80]))
    elif form == "typed":
        initializers[0] = helper.make_tensor("w", 1, LARGE.shape, LARGE.ravel().tolist())
    elif form == "branch":
        nodes += branching()
    outputs = [helper.make_tensor_value_info("z" if form == "branch" else "y", 1, None)]
    graph = helper.make_graph(nodes, "g", inputs, outputs, initializers)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 7
    return made


def branching() -> list[Any]:
    """``z = y @ a large weight of the branch``, on a condition that always holds."""

    def branch(scale: float) -> onnx.GraphProto:
        inner = numpy_helper.from_array((LARGE * scale).astype(np.float32), "inner")
        return helper.make_graph(
            [helper.make_node("MatMul", ["y", "inner"], ["b"])], "b", [],
            [helper.make_tensor_value_info("b", 1, None)], [inner],
        )  # fmt: skip

    true = helper.make_tensor("c", TensorProto.BOOL, [], [True])
    return [
        helper.make_node("Constant", [], ["c"], value=true),
        helper.make_node("If", ["c"], ["z"], then_branch=branch(1.0), else_branch=branch(2.0)),
    ]


def measured(folder: Path, form: str) -> Outputs:
    path = folder / "m.onnx"
    made = model(form)
    if form == "external":
        onnx.save(made, str(path), save_as_external_data=True, size_threshold=1024, location="w")
    else:
        onnx.save(made, str(path))
    engine = noise.open(Artifact("onnx", path), {"threads": 1})
    assert [i.name for i in engine.info.inputs] == ["x"]
    return {n: np.array(a) for n, a in engine.run(FEED).items()}


@pytest.mark.parametrize("form", ["constant", "ir3", "typed", "external"])
def test_however_the_weights_are_stored(tmp_path: Path, form: str) -> None:
    expected = measured(tmp_path, "initializer")["y"]
    assert expected.max() > 0
    np.testing.assert_array_equal(measured(tmp_path, form)["y"], expected)


def test_a_weight_within_a_branch_stays_what_it_is(tmp_path: Path) -> None:
    changes = measured(tmp_path, "branch")["z"]
    assert 0 < changes.max() < 10 * 6399 * _noise_of_two_products()


def _noise_of_two_products() -> float:
    """The scale of one: an ulp of the largest sum of each product."""
    first: Array = np.abs(FEED["x"]) @ np.abs(LARGE)
    return float((first @ np.abs(LARGE)).max() * np.finfo(np.float32).eps)


def test_a_number_that_is_compared_with_an_equal_one_is_not_moved(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("GreaterOrEqual", ["x", "bound"], ["above"]),
        helper.make_node("Cast", ["above"], ["one"], to=1),
        helper.make_node("Mul", ["x", "one"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info("x", 1, [3])], [helper.make_tensor_value_info("y", 1, [3])],
        [numpy_helper.from_array(np.array([5.0, 6.0, 7.0], np.float32), "bound")],
    )  # fmt: skip
    file = tmp_path / "m.onnx"
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7), file
    )
    engine = noise.open(Artifact("onnx", file), {"threads": 1, "moves": 20})
    at = engine.run({"x": np.array([5.0, 6.0, 7.0], np.float32)})["y"]
    near = engine.run({"x": np.nextafter(np.array([5.0, 6.0, 7.0], np.float32), np.float32(0))})
    assert at.tolist() == [0.0, 0.0, 0.0]
    assert near["y"].max() > 4  # what only rounds to it may fall on either side
