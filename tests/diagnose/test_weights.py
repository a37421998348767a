"""Healthy pairs have every weight explained; one planted fault is named, and what it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest

from parity.model.artifact import resolve
from parity.written.weights import compare
from tests.diagnose.conftest import Bed, Compare, Folder, Plant

QUICK = (
    "ernie-tiny-ner", "ernie-tiny-sentiment", "minilm", "lac", "mobilenet-v3-small",
    "ppocr-v2-cls", "tagger", "picture",
)  # fmt: skip

LEAST = {"ernie-tiny-ner": 41, "lac": 19, "mobilenet-v3-small": 200, "tagger": 10, "picture": 12}
"""Weights that must have been compared at least."""


@pytest.mark.parametrize("name", QUICK)
def test_a_healthy_export_has_every_weight_equal(folder: Folder, name: str) -> None:
    model = folder(name)
    found = compare(resolve(model, want="paddle"), resolve(model / "model.onnx"))
    assert found.culprits == ()
    assert found.counts == {"equal": found.paired}
    assert found.paired >= LEAST.get(name, 20)
    assert found.sentence() == f"the weights are not to blame: all {found.paired} are equal"


@pytest.mark.parametrize("name", ["ernie-tiny-ner", "lac", "ppocr-v2-cls", "tagger", "picture"])
def test_what_an_optimiser_folds_is_explained(
    folder: Folder, optimised: Callable[[Path], Path], name: str
) -> None:
    model = folder(name)
    found = compare(
        resolve(model, want="paddle"), resolve(optimised(model / "model.onnx"))
    )  # fmt: skip
    assert found.culprits == ()
    assert set(found.counts) == {"equal"}
    assert found.paired >= {"tagger": 10, "picture": 7}.get(name, 40)


def swap(one: str, other: str) -> Plant:
    def plant(bed: Bed) -> None:
        held = bed[one]
        bed[one], bed[other] = bed[other], held

    return plant


def change(name: str, how: Callable[..., object]) -> Plant:
    """how: takes the values and changes them, or returns others."""

    def plant(bed: Bed) -> None:
        values = bed[name]
        made = how(values)
        bed[name] = values if made is None else np.asarray(made, np.float32)

    return plant


def row(values: np.ndarray) -> None:
    values[7] += 0.25


def rows(values: np.ndarray) -> None:
    values[[1, 2]] = values[[2, 1]]


def one(values: np.ndarray) -> None:
    values[3, 5] *= np.float32(1.01)


def gates(values: np.ndarray) -> np.ndarray:
    """The second and third of four gates have changed places."""
    a, b, c, d = np.split(values, 4)
    return np.concatenate([a, c, b, d])


def gru_gates(values: np.ndarray) -> np.ndarray:
    reset, update, candidate = np.split(values, 3)
    return np.concatenate([update, reset, candidate])


def eight_bits(values: np.ndarray) -> np.ndarray:
    step = np.float32(np.abs(values).max() / 127)
    return np.round(values / step) * step


def rewire(first: str, second: str) -> Plant:
    """The nodes that read two weights read each other's; the weights stay as they are."""

    def plant(bed: Bed) -> None:
        names = {first: second, second: first}
        for node in bed.model.graph.node:
            node.input[:] = [names.get(name, name) for name in node.input]

    return plant


@dataclass(frozen=True)
class Fault:
    name: str
    model: str
    plant: Plant
    kind: str
    weights: tuple[str, ...]
    said: str


TINY = "ernie-tiny-ner"
FAULTS = (
    Fault("two matrices swapped", TINY, swap("linear_4.w_0", "linear_10.w_0"), "swapped",
          ("linear_10.w_0", "linear_4.w_0"), "holds what the reference has in `linear_"),
    Fault("q and k swapped", TINY, swap("linear_0.w_0", "linear_1.w_0"), "swapped",
          ("linear_0.w_0", "linear_1.w_0"), "(and the reverse). All 39 others are equal."),
    Fault("q and k read each other's", TINY, rewire("linear_0.w_0", "linear_1.w_0"), "swapped",
          ("linear_0.w_0", "linear_1.w_0"), "is read where the reference reads"),
    Fault("a square matrix transposed", TINY, change("linear_3.w_0", np.transpose), "transposed",
          ("linear_3.w_0",), "`linear_3.w_0` is transposed"),
    Fault("one row changed", TINY, change("embedding_1.w_0", row), "changed",
          ("embedding_1.w_0",), "is changed in row 7: 128 of 65,536 elements differ, most [7,"),
    Fault("one bias zeroed", TINY, change("linear_4.b_0", np.zeros_like), "changed",
          ("linear_4.b_0",), "is 0 throughout: 512 of 512"),
    Fault("one element by 1 %", TINY, change("linear_5.w_0", one), "changed",
          ("linear_5.w_0",), "1 of 65,536 elements differ, most [3,5]"),
    Fault("negated", TINY, change("linear_2.w_0", np.negative), "scaled",
          ("linear_2.w_0",), "is negated"),
    Fault("twice as large", TINY, change("layer_norm_1.w_0", lambda v: 2 * v), "scaled",
          ("layer_norm_1.w_0",), "is 2 times as large"),
    Fault("two rows swapped", TINY, change("embedding_0.w_0", rows),
          "swapped", ("embedding_0.w_0",), "row 1 those of 2, row 2 those of 1"),
    Fault("the padding mask changed", TINY, change("const.0", row), "changed",
          ("const.0",), "is the mask of its padding row, and changed"),
    Fault("NaN", TINY, change("linear_13.b_0", lambda v: np.where(v == v[2], np.nan, v)), "changed",
          ("linear_13.b_0",), "1 of 7 elements differ, most [2], nan"),
    Fault("convolutions swapped", "picture", swap("conv2d_1.w_0", "conv2d_2.w_0"), "swapped",
          ("conv2d_1.w_0", "conv2d_2.w_0"), "(and the reverse)"),
    Fault("convolutions swapped", "mobilenet-v3-small", swap("conv2d_46.w_0", "conv2d_51.w_0"),
          "swapped", ("conv2d_46.w_0", "conv2d_51.w_0"), "(and the reverse)"),
    Fault("a kernel mirrored", "picture", change("conv2d_1.w_0", lambda v: v[..., ::-1]),
          "transposed", ("conv2d_1.w_0",), "is reversed along axis 3"),
    Fault("a kernel turned", "picture", change("conv2d_1.w_0", lambda v: v.swapaxes(2, 3)),
          "transposed", ("conv2d_1.w_0",), "has its axes in the order 0, 1, 3, 2"),
    Fault("mean and variance swapped", "picture", swap("batch_norm2d_0.w_1", "batch_norm2d_0.w_2"),
          "swapped", ("batch_norm2d_0.w_1", "batch_norm2d_0.w_2"), "(and the reverse)"),
    Fault("mean and variance read in each other's place", "picture",
          rewire("batch_norm2d_0.w_1", "batch_norm2d_0.w_2"), "swapped",
          ("batch_norm2d_0.w_1", "batch_norm2d_0.w_2"), "is read where the reference reads"),
    Fault("an LSTM's gates", "tagger", change("lstm_cell_0.w_0", gates), "swapped",
          ("lstm_cell_0.w_0",), "rows 16-31 those of 32-47, rows 32-47 those of 16-31"),
    Fault("an LSTM's two weights", "tagger", swap("lstm_cell_0.w_0", "lstm_cell_0.w_1"), "swapped",
          ("lstm_cell_0.w_0", "lstm_cell_0.w_1"), "(and the reverse)"),
    Fault("offsets swapped under names of another saving", "ppocr-v2-cls",
          swap("conv6_expand_bn_offset", "conv6_depthwise_bn_offset"), "swapped",
          ("conv6_depthwise_bn_offset", "conv6_expand_bn_offset"), "(and the reverse)"),
    Fault("an LSTM reads the other direction's", "tagger",
          rewire("lstm_cell_0.w_1", "lstm_cell_1.w_1"), "swapped",
          ("lstm_cell_0.w_1", "lstm_cell_1.w_1"), "is read where the reference reads"),
    Fault("a GRU's gates", "lac", change("gru_cell_0.w_1", gru_gates), "swapped",
          ("gru_cell_0.w_1",), "rows 0-127 those of 128-255, rows 128-255 those of 0-127"),
    Fault("a GRU's gates of the bias", "lac", change("gru_cell_2.b_0", gru_gates), "swapped",
          ("gru_cell_2.b_0",), "elements 0-127 those of 128-255"),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.model}: {f.name}")
def test_a_planted_fault_is_named(compared: Compare, fault: Fault) -> None:
    found = compared(fault.model, fault.plant)
    assert {w.kind for w in found.culprits} == {fault.kind}
    assert sorted(w.name for w in found.culprits) == sorted(fault.weights)
    sentence = found.sentence()
    assert sentence.startswith("blamed: the weights. ")
    assert fault.said in sentence


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (lambda v: v.astype(np.float16).astype(np.float32), "to float16, though stored as float32"),
        (eight_bits, "levels, as of 8 bits, though stored as float32"),
    ],
    ids=["float16", "8 bits"],
)
def test_a_rounding_is_no_fault_and_is_blamed_where_values_differ(
    compared: Compare, how: Callable[..., object], said: str
) -> None:
    found = compared(TINY, change("linear_4.w_0", how))
    assert found.culprits == ()
    (weight,) = found.coarse
    assert (weight.name, weight.kind) == ("linear_4.w_0", "rounded")
    assert 0 < weight.max_abs < 0.01
    assert said in weight.detail
    assert found.sentence() == "the weights are not to blame: 40 are equal, 1 rounded"
    assert found.sentence(rounding=True).startswith(
        "blamed: the weights. `linear_4.w_0` is rounded"
    )


def test_a_fault_below_a_folded_normalisation_is_found(
    compared: Compare, planted: Callable[[str, Plant], Path], folder: Folder,
    optimised: Callable[[Path], Path],
) -> None:  # fmt: skip
    path = optimised(planted("picture", change("conv2d_0.w_0", lambda v: v * (v != v.max()))))
    found = compare(resolve(folder("picture"), want="paddle"), resolve(path))
    (weight,) = found.culprits
    assert (weight.kind, weight.elements) == ("changed", 1)
    assert "conv2d_0.w_0" in weight.reference


def test_a_folded_bias_is_found_by_its_convolution(
    planted: Callable[[str, Plant], Path], folder: Folder, optimised: Callable[[Path], Path]
) -> None:
    path = optimised(planted("picture", change("conv2d_0.b_0", np.zeros_like)))
    found = compare(resolve(folder("picture"), want="paddle"), resolve(path))
    (weight,) = found.culprits
    assert (weight.kind, weight.elements) == ("changed", 8)
    assert "with the shift of" in weight.reference


def test_directions_swapped_where_the_optimiser_stacked_them_are_found(
    planted: Callable[[str, Plant], Path], folder: Folder, optimised: Callable[[Path], Path]
) -> None:
    path = optimised(planted("lac", swap("gru_cell_2.w_1", "gru_cell_3.w_1")))
    found = compare(resolve(folder("lac"), want="paddle"), resolve(path))
    assert {w.reference.split("[")[0] for w in found.culprits} == {
        "gru_cell_2.w_1",
        "gru_cell_3.w_1",
    }
    assert len(found.culprits) == 6


@pytest.mark.parametrize(
    ("model", "weight", "how"),
    [("lac", "gru_cell_0.w_1", gru_gates), ("tagger", "lstm_cell_1.w_0", gates)],
)
def test_swapped_gates_are_found_where_the_optimiser_stacked_them(
    planted: Callable[[str, Plant], Path], folder: Folder, optimised: Callable[[Path], Path],
    model: str, weight: str, how: Callable[..., object],
) -> None:  # fmt: skip
    path = optimised(planted(model, change(weight, how)))
    found = compare(resolve(folder(model), want="paddle"), resolve(path))
    assert {w.kind for w in found.culprits} == {"swapped"}
    assert len(found.culprits) == 2
    assert all(w.reference.startswith(f"{weight}[") for w in found.culprits)


def test_names_of_no_meaning_are_said_and_a_changed_weight_is_found_by_its_numbers(
    compared: Compare,
) -> None:
    def plant(bed: Bed) -> None:
        change("linear_5.w_0", row)(bed)
        bed.rename()

    found = compared(TINY, plant)
    (weight,) = found.culprits
    assert (weight.kind, weight.reference, weight.elements) == ("changed", "linear_5.w_0", 128)
    assert "changed places can't be seen" in " ".join(found.notes)


def test_a_parameter_that_nothing_holds_is_missing(compared: Compare) -> None:
    def plant(bed: Bed) -> None:
        bed["linear_4.w_0"] = np.random.default_rng(0).normal(size=(128, 511)).astype(np.float32)

    found = compared(TINY, plant)
    assert [(w.kind, w.reference) for w in found.culprits] == [("missing", "linear_4.w_0")]
    assert found.counts["extra"] == 1


def test_another_model_shares_nothing(folder: Folder) -> None:
    found = compare(
        resolve(folder("tagger"), want="paddle"), resolve(folder("picture") / "model.onnx")
    )
    assert found.counts.get("equal", 0) == 0
    assert len(found.culprits) >= 10
    assert "equal" not in found.sentence() or "None is equal" in found.sentence()


def test_a_file_is_compared_with_itself_and_with_paddle_the_other_way_round(
    folder: Folder,
) -> None:
    onnx_file, paddle = folder("lac") / "model.onnx", resolve(folder("lac"), want="paddle")
    for sides in ((resolve(onnx_file), resolve(onnx_file)), (resolve(onnx_file), paddle)):
        assert compare(*sides).counts == {"equal": 19}


def test_a_file_without_weights_is_nothing_compared(folder: Folder, tmp_path: Path) -> None:
    x = onnx.helper.make_tensor_value_info("x", 1, [2])
    y = onnx.helper.make_tensor_value_info("y", 1, [2])
    graph = onnx.helper.make_graph([onnx.helper.make_node("Abs", ["x"], ["y"])], "g", [x], [y])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "abs.onnx")
    model = resolve(tmp_path / "abs.onnx")
    assert "nothing was compared" in compare(model, model).sentence()
