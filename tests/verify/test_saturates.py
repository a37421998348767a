"""What would be cut off on AVX2 without VNNI, counted from the activations of a run."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from parity.api.checking import check
from parity.verify.checks.saturates import LIMIT, Product, told

TERMS, COLUMNS = 6, 4


def product(folder: Path, weights: NDArray[Any], name: str) -> Path:
    """``x @ dequantised(weights)``, x quantised as it comes, at a scale of 1/100."""
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["codes", "scale", "zero"]),
        helper.make_node("MatMulInteger", ["codes", "w", "zero"], ["sums"], name="product"),
        helper.make_node("Cast", ["sums"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["floats", "scale"], ["scaled"]),
        helper.make_node("Mul", ["scaled", "step"], ["y"]),
    ]
    return saved(nodes, {"w": weights, "step": np.float32(0.01)}, folder / name)


def reference(folder: Path, weights: NDArray[Any]) -> Path:
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    floats = weights.astype(np.float32) * np.float32(0.01)
    return saved(nodes, {"w": floats}, folder / "reference.onnx")


def saved(nodes: list[Any], stored: dict[str, Any], path: Path) -> Path:
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", TERMS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", COLUMNS])],
        [numpy_helper.from_array(np.asarray(a), n) for n, a in stored.items()],
    )  # fmt: skip
    opset = [helper.make_opsetid("", 13)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    return path


def notes(folder: Path, weights: NDArray[Any]) -> list[str]:
    found = check(
        product(folder, weights, "int8.onnx"), reference(folder, weights), precision="int8",
        max_examples=5, explain_budget_s=0,
    )  # fmt: skip
    return [note for note in found.verified.notes if "AVX2 without VNNI" in note]


def test_large_weights_side_by_side_are_counted_with_what_is_fed(tmp_path: Path) -> None:
    weights = np.full((TERMS, COLUMNS), 10, np.int8)
    weights[2:4, 1] = 127
    (note,) = notes(tmp_path, weights)
    assert "1 of 1 INT8 products would be cut off on" in note
    assert "most of all product" in note
    assert "reduce_range=True" in note


@pytest.mark.parametrize("largest", [10, 64])
def test_weights_of_seven_bits_cut_nothing_off(tmp_path: Path, largest: int) -> None:
    (note,) = notes(tmp_path, np.full((TERMS, COLUMNS), largest, np.int8))
    assert "of 1 INT8 products none would be cut off" in note


@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
def test_the_count_is_what_sixteen_bits_cut_off(dtype: type[np.integer[Any]]) -> None:
    """Beside the sums themselves, in numpy, over all pairs."""
    rng = np.random.default_rng(3)
    codes = rng.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, (2, 50, 8), dtype)
    weights = rng.integers(-128, 127, (8, 5), np.int8)
    found = Product("a", "b", weights)
    found.add(codes)
    unsigned = codes.reshape(-1, 8).astype(np.int64) + (128 if dtype is np.int8 else 0)
    each = unsigned[:, :, None] * weights.astype(np.int64)
    sums = each[:, 0::2] + each[:, 1::2]
    cut = (sums > LIMIT) | (sums < -LIMIT - 1)
    assert found.cut == cut.sum() > 0
    assert found.pairs == sums.size
    assert found.most == np.abs(sums)[cut].max()
    assert told([found], 1).startswith("on AVX2 without VNNI: 1 of 1 INT8 products")


def test_nothing_is_said_to_be_fine_that_was_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Product, "add", lambda *_: None)
    (note,) = notes(tmp_path, np.full((TERMS, COLUMNS), 127, np.int8))
    assert "not measured of 1 products, such as product" in note


def test_of_very_many_pairs_some_are_computed_and_stand_for_all() -> None:
    rng = np.random.default_rng(4)
    weights = rng.choice(np.array([-128, 127], np.int8), (1024, 600))
    found = Product("a", "b", weights)
    assert found.at_risk > len(found.risky[0]) == 2**16
    codes = rng.integers(0, 255, (8, 1024), np.uint8)
    found.add(codes)
    each = codes.astype(np.int64)[:, :, None] * weights.astype(np.int64)
    sums = each[:, 0::2] + each[:, 1::2]
    share = float(((sums > LIMIT) | (sums < -LIMIT - 1)).mean())
    assert found.cut / found.pairs == pytest.approx(share, rel=0.02)


def test_weights_behind_a_transpose_are_not_counted_as_they_lie(tmp_path: Path) -> None:
    """They are read the other way round than stored: nothing is said of them, nor "none"."""
    weights = np.full((TERMS, COLUMNS), 3, np.int8)
    weights[2:4, 1] = 127
    path = product(tmp_path, weights, "int8.onnx")
    model = onnx.load(path)
    (stored,) = (t for t in model.graph.initializer if t.name == "w")
    stored.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(weights.T), "w"))
    turned = helper.make_node("Transpose", ["w"], ["turned"])
    model.graph.node.insert(0, turned)
    model.graph.node[2].input[1] = "turned"
    onnx.save(model, path)
    found = check(path, reference(tmp_path, weights), precision="int8", max_examples=5,
                  explain_budget_s=0)  # fmt: skip
    assert found.verified.verdict.elements
    assert not [n for n in found.verified.notes if n.startswith("on AVX2 without VNNI: ")]
