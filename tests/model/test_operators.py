"""What a file computes with is read from its operators and stored tensors, wherever they are."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.model.operators import Operators, operators

NOTHING = Operators(0, 0, 0, 0, (), (), ())

node = helper.make_node


def read(
    folder: Path,
    nodes: list[onnx.NodeProto],
    *weights: onnx.TensorProto,
    outputs: tuple[str, ...] = ("y",),
) -> Operators:
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "g",
        [info("x", TensorProto.FLOAT, ["n", 2])],
        [info(name, TensorProto.FLOAT, None) for name in outputs],
        list(weights),
    )
    onnx.save(helper.make_model(graph), folder / "m.onnx")
    return operators(folder / "m.onnx")


def matrix(name: str, dtype: str = "float32") -> onnx.TensorProto:
    return numpy_helper.from_array(np.eye(2).astype(dtype), name)


@pytest.mark.parametrize(
    ("kind", "integer", "stored"),
    [
        ("MatMulInteger", 1, 0),
        ("ConvInteger", 1, 0),
        ("QLinearMatMul", 1, 0),
        ("DynamicQuantizeMatMul", 1, 0),
        ("MatMulNBits", 1, 0),
        ("DequantizeLinear", 0, 1),
        # Scales activations, and multiplies nothing.
        ("DynamicQuantizeLinear", 0, 0),
        ("MatMul", 0, 0),
        ("Relu", 0, 0),
    ],
)
def test_integer_operators(tmp_path: Path, kind: str, integer: int, stored: int) -> None:
    found = read(tmp_path, [node(kind, ["x", "x"], ["y"])])
    assert found == Operators(integer, stored, 0, 0, (), (), ())


def test_products_by_stored_matrices_of_fp32_are_counted(tmp_path: Path) -> None:
    nodes = [
        node("MatMul", ["x", "w"], ["a"]),
        node("Constant", [], ["c"], value=matrix("")),
        node("MatMul", ["a", "c"], ["b"]),
        node("MatMul", ["b", "x"], ["d"]),
        node("MatMul", ["d", "half"], ["y"]),
    ]
    found = read(tmp_path, nodes, matrix("w"), matrix("half", "float16"))
    assert (found.floats, found.half) == (2, 1)


def test_a_cast_to_fp16_is_half_precision_and_one_to_int64_is_not(tmp_path: Path) -> None:
    for to, half in ((TensorProto.FLOAT16, 1), (TensorProto.BFLOAT16, 1), (TensorProto.INT64, 0)):
        assert read(tmp_path, [node("Cast", ["x"], ["y"], to=to)]).half == half


def test_what_is_in_a_branch_counts(tmp_path: Path) -> None:
    def branch(name: str, kind: str) -> onnx.GraphProto:
        made = helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        return helper.make_graph([node(kind, ["x"], [name])], name, [], [made])

    there = numpy_helper.from_array(np.array(True), "there")
    nodes = [
        node(
            "If",
            ["there"],
            ["y"],
            then_branch=branch("a", "RandomNormalLike"),
            else_branch=branch("b", "Bernoulli"),
        )
    ]
    assert read(tmp_path, nodes, there).random == ("Bernoulli", "RandomNormalLike")


@pytest.mark.parametrize(
    ("dropped", "training"),
    [
        (["x"], ()),
        (["x", "ratio"], ()),
        (["x", "ratio", "off"], ()),
        (["x", "ratio", "on"], ("Dropout",)),
        (["x", "ratio", "computed"], ("Dropout",)),
    ],
)
def test_dropout_in_training_mode(
    tmp_path: Path, dropped: list[str], training: tuple[str, ...]
) -> None:
    weights = [
        numpy_helper.from_array(np.array(value), name)
        for name, value in (("ratio", np.float32(0.5)), ("on", True), ("off", False))
    ]
    found = read(tmp_path, [node("Dropout", dropped, ["y"])], *weights)
    assert found.training == training
    constants = [node("Constant", [], [w.name], value=w) for w in weights]
    found = read(tmp_path, [*constants, node("Dropout", dropped, ["y"])])
    assert found.training == training


def test_a_batch_norm_in_training_mode(tmp_path: Path) -> None:
    for mode, training in ((0, ()), (1, ("BatchNormalization",))):
        norm = node("BatchNormalization", ["x"] * 5, ["y"], training_mode=mode)
        assert read(tmp_path, [norm]).training == training


def test_an_output_that_is_there_twice(tmp_path: Path) -> None:
    nodes = [node("Relu", ["x"], ["y"]), node("Relu", ["x"], ["z"])]
    assert read(tmp_path, nodes, outputs=("y", "z")) == NOTHING
    assert read(tmp_path, nodes, outputs=("y", "z", "y")).repeated == ("y",)
