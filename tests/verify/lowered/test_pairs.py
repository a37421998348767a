"""Which parameter a stored weight belongs to, with names and without."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from parity.compare.lowered import WeightDiffers, WeightUnpaired
from parity.compare.tolerance import DEFAULTS
from parity.compare.weights.apart import apart
from parity.compare.weights.partners import partners
from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.lowered.parameters import Parameter
from parity.model.lowered.weight import Weight, matrix
from parity.verify.checks import Asked, weights
from parity.verify.request import Request, Side
from tests.verify.lowered.conftest import Ask, Bed, Made
from tests.verify.lowered.test_planted import said, saved

RNG = np.random.default_rng(3)
Floats = NDArray[np.float32]


def parameter(
    name: str, values: Floats, *, turned: bool | None = False, zero_row: int | None = None
) -> Parameter:
    return Parameter(name, values.shape, matrix(values), turned, zero_row)


def stored(name: str, values: Floats, *, turned: bool | None = False) -> Weight:
    """In INT8, to the nearest."""
    scale = np.float32(np.abs(values).max() / 127)
    codes = np.rint(values / scale).astype(np.int8)
    return Weight(
        name, "int8", values.shape, matrix(codes), np.full((1, 1), scale, np.float32),
        np.zeros((1, 1), np.float32), turned,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def drawn_alike_in_any_order() -> None:
    """A number next to zero is within a step of it: what is drawn must not hang on other tests."""
    RNG.bit_generator.state = np.random.default_rng(3).bit_generator.state


def drawn(*shape: int) -> Floats:
    return RNG.normal(size=shape).astype(np.float32)


def test_scrubbed_names_are_paired_by_numbers(made: Made, ask: Ask, tmp_path: Path) -> None:
    bed = Bed(made("int8"))
    count = iter(range(10_000))
    bed.rename(lambda _: f"t{next(count)}")
    found = said(ask(saved(bed, tmp_path), "int8"))
    assert found.findings == ()
    assert found.notes[0].startswith("weights: 17 of 17 quantised weights")


def test_names_of_another_saving_are_not_believed(made: Made, ask: Ask, tmp_path: Path) -> None:
    """Paddle counts layers by process: one layer is linear_0 in one, linear_7 in another."""

    def shifted(name: str) -> str:
        if not name.startswith("linear_"):
            return name
        number, rest = name.removeprefix("linear_").split(".", 1)
        return f"linear_{(int(number) + 7) % 14}.{rest}"

    bed = Bed(made("int8"))
    bed.rename(shifted)
    found = said(ask(saved(bed, tmp_path), "int8"))
    assert found.findings == ()
    assert any("names lead to other numbers" in note for note in found.notes)


def test_two_that_changed_places_under_their_names_are_found_in_a_small_model() -> None:
    one, other = drawn(6, 6), drawn(6, 6)
    known = {"a": parameter("a", one), "b": parameter("b", other)}
    found = partners([stored("a_quantized", other), stored("b_quantized", one)], known)
    assert [(p.weight.name, p.parameter.name) for p in found.pairs] == [
        ("a_quantized", "a"), ("b_quantized", "b"),
    ]  # fmt: skip
    assert all(apart(p.weight, p.parameter).count > 30 for p in found.pairs)


def test_a_tied_weight_is_paired_twice() -> None:
    table = drawn(20, 4)
    found = partners(
        [stored("one", table), stored("two", table.T)], {"w": parameter("w", table, turned=None)}
    )
    assert [(p.parameter.name, p.turned) for p in found.pairs] == [("w", False), ("w", True)]
    assert all(apart(p.weight, p.parameter, turned=p.turned).count == 0 for p in found.pairs)


def test_a_row_that_the_reference_reads_as_zeros_may_be_either() -> None:
    table = drawn(20, 4)
    held = parameter("w", table, zero_row=3)
    assert apart(stored("w", table), held).count == 0
    zeroed = table.copy()
    zeroed[3] = 0
    assert apart(stored("w", zeroed), held).count == 0
    zeroed[4] = 0
    found = apart(stored("w", zeroed), held)
    assert (found.rows, found.count) == ((4,), 4)


@pytest.mark.parametrize("scale", [0.0, float("nan"), float("inf")])
def test_a_scale_that_is_no_number_is_off(scale: float) -> None:
    values = drawn(5, 5)
    weight = stored("w", values)
    broken = Weight(
        "w", "int8", (5, 5), weight.values, np.full((1, 1), scale, np.float32), weight.zero
    )
    found = apart(broken, parameter("w", values))
    assert found.count >= 24
    assert found.off == np.inf or found.off > 1.5 or np.isnan(found.actual)


def half(values: NDArray[np.float16]) -> Weight:
    return Weight("w", "float16", values.shape, matrix(values))


def test_what_fp16_cannot_hold_is_rounding() -> None:
    values = np.array([1e-9, -3e-8, 1e5, -7e4, 1.0, 6e-5], np.float32)
    with np.errstate(over="ignore"):
        plain = values.astype(np.float16)
    cut = np.clip(plain, -65504, 65504)
    raised = cut.copy()
    raised[:2] = [6e-8, -6e-8]
    for held in (plain, cut, raised):
        assert apart(half(held), parameter("w", values)).count == 0
    cut[2] = -65504
    assert apart(half(cut), parameter("w", values)).columns == (2,)
    assert apart(half(raised * np.float16(-1)), parameter("w", values)).count == 4


def test_a_float_that_stays_one_is_equal() -> None:
    values = drawn(4, 4)
    kept = Weight("w", "float32", (4, 4), values)
    assert apart(kept, parameter("w", values)).off == 0
    moved = values.copy()
    moved[1, 2] *= np.float32(1 + 2e-6)
    found = apart(Weight("w", "float32", (4, 4), moved), parameter("w", values))
    assert (found.index, found.count) == ((1, 2), 1)
    rounded = values.astype(np.float16).astype(np.float32)
    assert apart(Weight("w", "float32", (4, 4), rounded), parameter("w", values)).count > 10


def graph(nodes: list[onnx.NodeProto], held: dict[str, Floats], out: Path) -> Path:
    made = helper.make_graph(
        nodes, "pairs",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values, name) for name, values in held.items()],
    )  # fmt: skip
    opset = [helper.make_opsetid("", 13), helper.make_opsetid("com.microsoft", 1)]
    onnx.save(helper.make_model(made, opset_imports=opset, ir_version=8), out)
    return out


def checked(reference: Path, candidate: Path) -> tuple[tuple[object, ...], tuple[str, ...]]:
    sides = Side(resolve(reference), "ort"), Side(resolve(candidate), "ort")
    request = Request(*sides, precision="fp16", tolerance=DEFAULTS["fp16"])
    found = weights.before(Asked(request, signature(sides[0].model)))
    return found.findings, found.notes


def test_query_key_and_value_in_one_matrix_are_taken_apart(tmp_path: Path) -> None:
    parts = {name: drawn(8, 8) for name in ("q", "k", "v")}
    reads = [helper.make_node("MatMul", ["x", n], [f"x{n}"]) for n in parts]
    reads.append(helper.make_node("Concat", [f"x{n}" for n in parts], ["y"], axis=1))
    reference = graph(reads, parts, tmp_path / "reference.onnx")
    joined = np.concatenate(list(parts.values()), axis=1)
    product = [helper.make_node("MatMul", ["x", "qkv"], ["y"])]
    healthy = graph(product, {"qkv": joined}, tmp_path / "healthy.onnx")
    assert checked(reference, healthy)[0] == ()
    assert "3 stored weights compared" in checked(reference, healthy)[1][0]
    joined[2, 11] += 1
    (finding,) = checked(reference, graph(product, {"qkv": joined}, tmp_path / "off.onnx"))[0]
    assert isinstance(finding, WeightDiffers)
    assert (finding.parameter, finding.index) == ("k", (2, 3))
    assert finding.weight == "qkv[:, 8:16]"


def test_gates_in_another_order_are_compared_row_by_row(tmp_path: Path) -> None:
    gates = drawn(12, 8)
    order = np.r_[4:8, 0:4, 8:12]
    read = [helper.make_node("MatMul", ["gates", "turned"], ["g"]),
            helper.make_node("Transpose", ["x"], ["turned"]),
            helper.make_node("Identity", ["g"], ["y"])]  # fmt: skip
    read = [read[1], read[0], read[2]]
    reference = graph(read, {"gates": gates}, tmp_path / "reference.onnx")
    shaped = [helper.make_node("MatMul", ["W", "turned"], ["y"])]
    healthy = gates[order].reshape(1, 12, 8)
    (line,) = checked(reference, graph([read[0], *shaped], {"W": healthy}, tmp_path / "a.onnx"))[1]
    assert "1 stored weights compared" in line
    off = healthy.copy()
    off[0, 5, 3] += np.float32(0.5)
    (finding,) = checked(reference, graph([read[0], *shaped], {"W": off}, tmp_path / "b.onnx"))[0]
    assert isinstance(finding, WeightDiffers)
    assert (finding.weight, finding.index, finding.parameter) == ("W", (0, 5, 3), "gates")


def normalised(*, folded: float | None) -> tuple[list[onnx.NodeProto], dict[str, Floats]]:
    kernel, bias = np.full((4, 8), 1.5, np.float32) + drawn(4, 8), drawn(4)
    given = {
        "gamma": drawn(4) + 3, "beta": drawn(4), "mean": drawn(4), "variance": drawn(4) ** 2 + 1
    }  # fmt: skip
    conv = helper.make_node("Conv", ["tall", "kernel", "bias"], ["mixed"])
    shape = helper.make_node("Unsqueeze", ["x", "axis"], ["tall"])
    names = ["mixed", *given]
    norm = helper.make_node("BatchNormalization", names, ["y"])
    held = {"kernel": kernel[:, :, None], "bias": bias, **given}
    if folded is not None:
        factor = (given["gamma"] / np.sqrt(given["variance"] + 1e-5)).astype(np.float32)
        kernel = kernel * factor[:, None] * np.float32(folded)
        bias = ((bias - given["mean"]) * factor + given["beta"]).astype(np.float32)
        held = {"kernel": kernel[:, :, None], "bias": bias}
        conv.output[0] = "y"
        return [shape, conv], held
    return [shape, conv, norm], held


def test_what_a_normalisation_went_into_is_said_and_is_no_finding(tmp_path: Path) -> None:
    nodes, held = normalised(folded=None)
    axis = {"axis": np.array([2])}
    reference = graph(nodes, held | axis, tmp_path / "reference.onnx")
    other, less = normalised(folded=1.0)
    candidate = graph(other, less | axis, tmp_path / "folded.onnx")
    findings, notes = checked(reference, candidate)
    assert findings == ()
    assert any("a normalisation of the reference is folded into them" in note for note in notes)
    # Where it is still there, nothing was folded, and a channel that is off is one.
    held["kernel"][2] *= np.float32(1.1)
    planted = graph(nodes, held | axis, tmp_path / "planted.onnx")
    (finding,) = checked(reference, planted)[0]
    assert isinstance(finding, WeightDiffers)
    assert (finding.weight, finding.where) == ("kernel", "row 2")


def test_a_finding_says_all_that_a_person_needs() -> None:
    finding = WeightDiffers("w_q", "w", "int8", (3, 7), 0.25, 0.5, 12.5, 0.51, 4, 64, "row 3")
    assert str(finding) == (
        "w_q[3,7]: 0.5, the reference's w has 0.25; off 12.5 steps of int8, rounding allows 0.51; "
        "4 of 64 are off (row 3)"
    )
    alone = WeightUnpaired("w_q", "int8", (2, 3), ("w",), 5)
    assert str(alone) == (
        "w_q, int8 [2, 3]: holds the numbers of no parameter of the reference, and 5 other weights "
        "do; of that shape no weight holds w"
    )
