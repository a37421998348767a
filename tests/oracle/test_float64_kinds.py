"""Pools and resizes at the sizes at which onnx's own are wrong, and float64 from end to end."""

import itertools
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from parity.engines.onnx_reference import _runtime
from parity.engines.ort import session_of
from parity.model.tensors import Array
from parity.oracle.float64 import Computed, Oracle


def one(op: str, names: list[str], stored: dict[str, Any], **attributes: Any) -> onnx.ModelProto:
    """A model of one node that reads x, float32 of any shape, and what is stored."""
    graph = helper.make_graph(
        [helper.make_node(op, names, ["y"], **attributes)],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, None)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(v), n) for n, v in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)


Numbers = NDArray[np.floating[Any]]


def values(found: Computed, name: str = "y") -> Numbers:
    return found.outputs[name].astype(np.float64)


def picture(height: int, width: int) -> Array:
    made = np.random.default_rng(height * width).normal(size=(1, 2, height, width))
    return np.asarray(made, np.float32)


def computed(made: onnx.ModelProto, x: Array) -> tuple[Computed, Numbers]:
    """The oracle's, unchecked, and ONNX Runtime's."""
    session = session_of(made.SerializeToString(), level="disable", threads=1)
    return Oracle(made, _runtime, checked=False).compute({"x": x}), session.run(None, {"x": x})[0]


def differs(made: onnx.ModelProto, x: Array, theirs: Numbers) -> bool:
    """Whether onnx's own reference computes something else."""
    try:
        mine = ReferenceEvaluator(made).run(None, {"x": x})[0]
    except Exception:
        return True
    return mine.shape != theirs.shape or not np.allclose(mine, theirs, atol=1e-5)


POOLS = list(itertools.product((7,), (2, 3), (1, 2), (0, 1), (0, 1), (1, 2), (0, 1)))


@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
def test_pools_at_all_sizes(op: str) -> None:
    mended = False
    for size, kernel, stride, pad, up, dilation, included in POOLS:
        also = {"count_include_pad": included} if op == "AveragePool" else {}
        if op == "MaxPool" and included:
            continue
        made = one(
            op, ["x"], {}, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4,
            ceil_mode=up, dilations=[dilation] * 2, **also,
        )  # fmt: skip
        x = picture(size, size + 1)
        mine, theirs = computed(made, x)
        assert not mine.borrowed
        assert mine.outputs["y"].shape == theirs.shape, made.graph.node[0]
        np.testing.assert_allclose(values(mine), theirs, atol=1e-6)
        if not mended:  # else onnx's own would do
            mended = differs(made, x, theirs)
    assert mended


@pytest.mark.parametrize("auto", ["SAME_UPPER", "SAME_LOWER", "VALID"])
@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
def test_pools_that_pad_by_themselves(op: str, auto: str) -> None:
    for size, kernel, stride in itertools.product((7, 10), (2, 3), (2, 3)):
        made = one(op, ["x"], {}, kernel_shape=[kernel] * 2, strides=[stride] * 2, auto_pad=auto)
        mine, theirs = computed(made, picture(size, size + 1))
        np.testing.assert_allclose(values(mine), theirs, atol=1e-6)


WAYS = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel_symmetric"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mode", ["linear", "cubic"])
def test_resizes_at_all_sizes(mode: str, way: str) -> None:
    wrong = False
    for scale in (0.5, 0.7, 1.5, 2.0, (5, 6), (13, 14), (1, 1)):
        sizes = np.array([1, 2, *scale]) if isinstance(scale, tuple) else None
        scales = None if sizes is not None else np.array([1, 1, scale, scale], np.float32)
        stored = {"s": scales if sizes is None else sizes}
        names = ["x", "", "s"] if sizes is None else ["x", "", "", "s"]
        made = one("Resize", names, stored, mode=mode, coordinate_transformation_mode=way)
        x = picture(7, 9)
        mine, theirs = computed(made, x)
        assert not mine.borrowed
        np.testing.assert_allclose(values(mine), theirs, atol=1e-5)
        if scale == 0.5 and mode == "linear":
            wrong = differs(made, x, theirs)
    if mode == "linear":
        assert wrong == (way in ("align_corners", "half_pixel_symmetric"))


@pytest.mark.parametrize("rounding", ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
def test_resizes_by_the_nearest_where_no_place_is_between_two(rounding: str) -> None:
    for way, scale in itertools.product(WAYS, (0.62, 1.73)):
        made = one(
            "Resize", ["x", "", "s"], {"s": np.array([1, 1, scale, scale], np.float32)},
            mode="nearest", coordinate_transformation_mode=way, nearest_mode=rounding,
        )  # fmt: skip
        mine, theirs = computed(made, picture(11, 13))
        np.testing.assert_array_equal(mine.outputs["y"].astype(np.float32), theirs)


def test_a_resize_that_is_not_known_is_borrowed() -> None:
    made = one("Resize", ["x", "", "s"], {"s": np.array([1, 1, 0.5, 0.5], np.float32)},
               mode="linear", antialias=1)  # fmt: skip
    mine, theirs = computed(made, picture(8, 8))
    assert mine.borrowed == {"Resize"}
    np.testing.assert_array_equal(mine.outputs["y"], theirs)


UNARY = [
    *("Erf", "Softmax", "Tanh", "Sigmoid", "Exp", "Sqrt", "LogSoftmax", "HardSwish", "Elu"),
    *("Relu", "Transpose", "GlobalAveragePool", "HardSigmoid", "LeakyRelu", "Softplus", "Gelu"),
]


@pytest.mark.parametrize("op", UNARY)
def test_nothing_on_the_way_rounds_to_float32(op: str) -> None:
    """A third, which no float32 is, goes in; what comes out of each is no float32 either."""
    nodes = [
        helper.make_node("Cast", ["third"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["x", "wide"], ["fine"]),
        helper.make_node("Cast", ["fine"], ["cast"], to=TensorProto.FLOAT),
        helper.make_node(op, ["cast"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "thirds",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, None)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.array(1 / 3), "third")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    found = Oracle(made, _runtime, checked=True).compute({"x": np.abs(picture(4, 5)) + 1})
    y = found.outputs["y"]
    assert not found.borrowed
    assert not found.apart
    assert y.dtype == np.float64
    # One mantissa in three can be divided by three.
    assert np.mean(y != y.astype(np.float32)) > 0.5


def test_a_formula_holds_inside_a_branch_too() -> None:
    """onnx's own BatchNormalization takes the batch's statistics below opset 14."""
    names = ["s", "b", "m", "v"]
    stored = [numpy_helper.from_array(np.full(2, i + 1, np.float32), n)
              for i, n in enumerate(names)]  # fmt: skip
    normalise = helper.make_node("BatchNormalization", ["x", *names], ["y"], momentum=0.9)
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    branch = helper.make_graph([normalise], "branch", [], [out], stored)
    graph = helper.make_graph(
        [helper.make_node("If", ["yes"], ["z"], then_branch=branch, else_branch=branch)],
        "outer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, None)],
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.array(True), "yes")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=7)
    x = picture(3, 4)
    found = Oracle(made, _runtime, checked=True).compute({"x": x})
    assert not found.borrowed
    assert not found.apart
    expected = (x.astype(np.float64) - 3) / np.sqrt(4 + 1e-5) + 2
    np.testing.assert_allclose(values(found, "z"), expected, rtol=1e-12)


def test_between_whole_numbers_and_floats_the_files_own_width_counts() -> None:
    """2^24 + 1 is no float32: who casts it loses one in the file, and not in a kernel."""
    nodes = [
        helper.make_node("Cast", ["n"], ["f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["f", "three"], ["m"]),
        helper.make_node("Cast", ["m"], ["back"], to=TensorProto.INT64),
        helper.make_node("Cast", ["back"], ["y"], to=TensorProto.FLOAT),
    ]
    graph = helper.make_graph(
        nodes,
        "whole",
        [helper.make_tensor_value_info("n", TensorProto.INT64, [3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [3])],
        [numpy_helper.from_array(np.float32(3), "three")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=9)
    numbers = np.array([5, 2**24 + 1, 12_345_679])
    found = Oracle(made, _runtime, checked=True).compute({"n": numbers})
    (runtime,) = _runtime(made, {"n": numbers})
    np.testing.assert_array_equal(found.outputs["y"], runtime)
    assert found.outputs["y"][0] == 15
    assert (found.outputs["y"][1:] != 3 * numbers[1:]).all()
