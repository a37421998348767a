"""Pieces of a model compute what the model does there, fed with anything in between."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from parity.model.parts.onnx_cut import OWN, Graph
from parity.model.tensors import Array

LARGE = np.arange(64 * 128, dtype=np.float32).reshape(64, 128) / 1000  # more than stays inline


def save(path: Path, *, external: bool = False, constant: bool = False) -> Path:
    """x (2, 64) -> product -> a branch that reads it from outside -> y."""
    then = helper.make_graph(
        [helper.make_node("Mul", ["product", "two"], ["twice"])], "then", [],
        [helper.make_tensor_value_info("twice", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.float32(2), "two")],
    )  # fmt: skip
    other = helper.make_graph(
        [helper.make_node("Identity", ["product"], ["same"])], "other", [],
        [helper.make_tensor_value_info("same", TensorProto.FLOAT, None)],
    )  # fmt: skip
    weight = numpy_helper.from_array(LARGE, "weight")
    nodes = [
        helper.make_node("MatMul", ["x", "weight"], ["product"]),
        helper.make_node("If", ["yes"], ["chosen"], then_branch=then, else_branch=other),
        helper.make_node("Relu", ["chosen"], ["y"]),
    ]
    if constant:
        nodes.insert(0, helper.make_node("Constant", [], ["weight"], value=weight))
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 64])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.array(True), "yes"), *([] if constant else [weight])],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, path, save_as_external_data=external, size_threshold=0)
    return path


def run(piece: bytes, given: Mapping[str, Array]) -> list[NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(piece)
    return list(session.run(None, {i.name: given[i.name] for i in session.get_inputs()}))


X = np.random.default_rng(1).standard_normal((2, 64)).astype(np.float32)


@pytest.mark.parametrize("how", [{}, {"external": True}, {"constant": True}])
def test_a_piece_makes_what_the_model_makes(tmp_path: Path, how: dict[str, bool]) -> None:
    graph = Graph(save(tmp_path / "m.onnx", **how))
    piece, weights = graph.piece(["product", "y"])
    assert set(weights) == {"weight"}  # the file's own bytes, and in no message
    assert len(piece) < LARGE.nbytes / 4
    product, y = run(piece, {"x": X, **weights})
    np.testing.assert_allclose(product, X @ LARGE, rtol=1e-4)
    np.testing.assert_array_equal(y, np.maximum(2 * product, 0))


def test_what_is_fed_is_read_by_branches_too_and_the_own_comes_out_beside(tmp_path: Path) -> None:
    graph = Graph(save(tmp_path / "m.onnx"))
    fed = np.full((2, 128), 3, np.float32)
    piece, weights = graph.piece(["product", "y"], fed={"product": fed})
    outputs = [o.name for o in onnxruntime.InferenceSession(piece).get_outputs()]
    assert outputs == [f"product{OWN}", "y"]
    own, y = run(piece, {"x": X, "product": fed, **weights})
    np.testing.assert_allclose(own, X @ LARGE, rtol=1e-4)
    assert (y == 6).all()


def test_only_what_is_needed_is_in_a_piece(tmp_path: Path) -> None:
    graph = Graph(save(tmp_path / "m.onnx"))
    fed = {"chosen": np.full((2, 128), -1, np.float32)}
    piece, weights = graph.piece(["y"], fed=fed)
    assert weights == {}
    assert [n.op_type for n in onnx.load_from_string(piece).graph.node] == ["Relu"]
    assert (run(piece, fed)[0] == 0).all()


def test_a_whole_piece_stands_on_its_own(tmp_path: Path) -> None:
    graph = Graph(save(tmp_path / "m.onnx", external=True))
    like = np.zeros((2, 128), np.float32)
    piece, weights = graph.piece(["product"], whole=True, typed={"product": like})
    assert weights == {}
    onnx.checker.check_model(piece)
    (product,) = run(piece, {"x": X})
    np.testing.assert_allclose(product, X @ LARGE, rtol=1e-4)
