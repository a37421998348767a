"""What a file computes with is read from its operators and stored tensors, wherever they are."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.errors import ModelError
from parity.model.operators import Operators, operators

NOTHING = Operators()

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
    ("kind", "domain", "integer"),
    [
        ("MatMulInteger", "", 1),
        ("ConvInteger", "", 1),
        ("QLinearMatMul", "", 1),
        ("DynamicQuantizeMatMul", "com.microsoft", 1),
        ("MatMulIntegerToFloat", "com.microsoft", 1),
        ("QAttention", "com.microsoft", 1),
        ("MatMulNBits", "com.microsoft", 1),
        ("MatMulBnb4", "com.microsoft", 1),
        ("MatMulInteger", "mine", 0),
        # Scales activations, and multiplies nothing.
        ("DynamicQuantizeLinear", "", 0),
        ("DequantizeLinear", "", 0),
        ("MatMul", "", 0),
    ],
)
def test_products_by_integers(tmp_path: Path, kind: str, domain: str, integer: int) -> None:
    found = read(tmp_path, [node(kind, ["x", "x"], ["y"], domain=domain)])
    assert found == Operators(integer, dynamic="DynamicQuantize" in kind)


def test_products_by_stored_matrices_of_fp32_are_counted(tmp_path: Path) -> None:
    nodes = [
        node("MatMul", ["x", "w"], ["a"]),
        node("Constant", [], ["c"], value=matrix("")),
        node("Transpose", ["c"], ["turned"]),
        node("MatMul", ["a", "turned"], ["b"]),
        node("MatMul", ["b", "x"], ["d"]),
        node("MatMul", ["d", "half"], ["y"]),
    ]
    found = read(tmp_path, nodes, matrix("w"), matrix("half", "float16"))
    assert found == Operators(floats=2, half=1)


@pytest.mark.parametrize(
    "weight",
    [
        [node("DequantizeLinear", ["low", "scale"], ["w"])],
        [node("DequantizeLinear", ["low", "scale"], ["t"]), node("Transpose", ["t"], ["w"])],
        [node("Cast", ["low"], ["f"], to=1), node("Mul", ["f", "scale"], ["w"])],
        # As quantisation-aware training leaves it: rounded, and stored in FP32.
        [node("QuantizeLinear", ["full", "scale"], ["q"]),
         node("DequantizeLinear", ["q", "scale"], ["w"])],
    ],
    ids=["dequantised", "transposed", "by hand", "rounded"],
)  # fmt: skip
def test_products_of_dequantised_values(tmp_path: Path, weight: list[onnx.NodeProto]) -> None:
    scale = numpy_helper.from_array(np.array([0.1], np.float32), "scale")
    stored = [matrix("low", "int8"), matrix("full"), scale]
    found = read(tmp_path, [*weight, node("MatMul", ["x", "w"], ["y"])], *stored)
    assert (found.integer, found.dequantised, found.floats) == (0, 1, 0)


def test_what_no_output_depends_on_counts_for_nothing(tmp_path: Path) -> None:
    dead = [
        node("DequantizeLinear", ["low", "scale"], ["unread"]),
        node("MatMulInteger", ["low", "low"], ["integers"]),
        node("Cast", ["x"], ["cast"], to=TensorProto.FLOAT16),
        node("Bernoulli", ["x"], ["drawn"]),
    ]
    scale = numpy_helper.from_array(np.array([0.1], np.float32), "scale")
    stored = [matrix("low", "int8"), matrix("half", "float16"), matrix("w"), scale]
    found = read(tmp_path, [*dead, node("MatMul", ["x", "w"], ["y"])], *stored)
    assert found == Operators(floats=1)


@pytest.mark.parametrize("called", [True, False])
def test_a_function_counts_where_it_is_called(tmp_path: Path, called: bool) -> None:
    info = helper.make_tensor_value_info
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("mine", 1)]
    body = [
        node("Constant", [], ["half"], value=matrix("", "float16")),
        node("CastLike", ["a", "half"], ["h"]),
        node("MatMul", ["h", "half"], ["b"]),
    ]
    # Named like what it isn't.
    function = helper.make_function("mine", "MatMulInteger", ["a"], ["b"], body, opsets[:1])
    kind, domain = ("MatMulInteger", "mine") if called else ("Relu", "")
    ends = [[info(name, TensorProto.FLOAT, ["n", 2])] for name in "xy"]
    graph = helper.make_graph([node(kind, ["x"], ["y"], domain=domain)], "g", *ends)
    model = helper.make_model(graph, opset_imports=opsets, functions=[function])
    onnx.save(model, tmp_path / "m.onnx")
    assert operators(tmp_path / "m.onnx") == Operators(half=int(called))


def test_half_precision_at_the_ends_counts(tmp_path: Path) -> None:
    for element, half in ((TensorProto.FLOAT16, 2), (TensorProto.FLOAT, 0)):
        ends = [[helper.make_tensor_value_info(name, element, ["n"])] for name in "xy"]
        graph = helper.make_graph([node("Relu", ["x"], ["y"])], "g", *ends)
        onnx.save(helper.make_model(graph), tmp_path / "m.onnx")
        assert operators(tmp_path / "m.onnx").half == half


def test_a_sparse_matrix_counts(tmp_path: Path) -> None:
    values = numpy_helper.from_array(np.array([1, 2], np.float16), "")
    at = numpy_helper.from_array(np.array([0, 3], np.int64), "")
    sparse = helper.make_sparse_tensor(values, at, [2, 2])
    nodes = [node("Constant", [], ["w"], sparse_value=sparse), node("MatMul", ["x", "w"], ["y"])]
    assert read(tmp_path, nodes).half == 1


@pytest.mark.parametrize("place", ["function", "branch"])
def test_a_name_that_is_no_text_is_a_damaged_file(tmp_path: Path, place: str) -> None:
    info = helper.make_tensor_value_info
    ends = [[info(name, TensorProto.FLOAT, ["n"])] for name in "xy"]
    odd = node("Xdd", ["x"], ["z"])
    if place == "branch":
        branch = helper.make_graph([odd], "b", [], [info("z", TensorProto.FLOAT, ["n"])])
        nodes = [node("If", ["c"], ["y"], then_branch=branch, else_branch=branch)]
        model = helper.make_model(helper.make_graph(nodes, "g", *ends))
    else:
        function = helper.make_function("mine", "F", ["x"], ["z"], [odd], [])
        graph = helper.make_graph([node("F", ["x"], ["y"], domain="mine")], "g", *ends)
        model = helper.make_model(graph, functions=[function])
    path = tmp_path / "m.onnx"
    path.write_bytes(model.SerializeToString().replace(b"Xdd", b"X\xff\xfe"))
    with pytest.raises(ModelError, match="damaged: its graph makes no sense"):
        operators(path)


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
        (["x", "ratio", "on, said again"], ("Dropout",)),
        # It may be anything: nothing is said.
        (["x", "ratio", "computed"], ()),
    ],
)
def test_dropout_in_training_mode(
    tmp_path: Path, dropped: list[str], training: tuple[str, ...]
) -> None:
    weights = [
        numpy_helper.from_array(np.array(value), name)
        for name, value in (("ratio", np.float32(0.5)), ("on", True), ("off", False))
    ]
    nodes = [
        node("Identity", ["on"], ["on, said again"]),
        node("Not", ["on"], ["computed"]),
        node("Dropout", dropped, ["y"]),
    ]
    found = read(tmp_path, nodes, *weights)
    assert found.training == training
    constants = [node("Constant", [], [w.name], value=w) for w in weights]
    found = read(tmp_path, [*constants, *nodes])
    assert found.training == training


def test_a_batch_norm_in_training_mode(tmp_path: Path) -> None:
    for mode, training in ((0, ()), (1, ("BatchNormalization",))):
        norm = node("BatchNormalization", ["x"] * 5, ["y"], training_mode=mode)
        assert read(tmp_path, [norm]).training == training


def test_an_output_that_is_there_twice(tmp_path: Path) -> None:
    nodes = [node("Relu", ["x"], ["y"]), node("Relu", ["x"], ["z"])]
    assert read(tmp_path, nodes, outputs=("y", "z")) == NOTHING
    assert read(tmp_path, nodes, outputs=("y", "z", "y")).repeated == ("y",)
