"""BF16: no file is of it, an engine computes the FP32 file in it, and proves that it does."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import openvino
import pytest
from onnx import helper, numpy_helper

import parity
from parity.api.checking import check
from parity.api.exporting import export
from parity.api.result import Result
from parity.compare.lowered import SiblingDiffers, WeightDiffers
from parity.engines import openvino as engine
from parity.errors import EngineError, ParityError, UsageError
from parity.exports.derive import derive
from parity.model.artifact import resolve
from parity.timing.rounds import Effort
from parity.timing.run import bench_pair
from tests.diagnose.ladder.small import FLOAT, node
from tests.diagnose.ladder.small import model as small
from tests.engines.test_openvino import product

ABLE = "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
able = pytest.mark.skipif(not ABLE, reason="this CPU computes in no BF16")


def checked(folder: Path, fault: float = 0.0, **more: Any) -> Result:
    """A product in BF16 beside itself in FP32. fault: what is added to one weight."""
    reference = product(folder)
    model = onnx.load(reference.program)
    (weights,) = (t for t in model.graph.initializer if t.name == "w")
    array = numpy_helper.to_array(weights).copy()
    array[3, 5] += np.float32(fault)
    weights.CopyFrom(numpy_helper.from_array(array, "w"))
    onnx.save(model, folder / "candidate.onnx")
    asked: dict[str, Any] = {
        "precision": "bf16", "max_examples": 5, "max_batch": 4, "explain_budget_s": 20.0,
    }  # fmt: skip
    return check(folder / "candidate.onnx", reference.program, **{**asked, **more})


@able
def test_it_is_computed_in_bf16_and_judged_as_that(tmp_path: Path) -> None:
    found = checked(tmp_path)
    assert found.passed
    side = found.verified.request.candidate
    assert (side.engine, side.options["precision"]) == ("openvino", "bf16")
    assert found.verified.engines["candidate"].effective["precision"] == "bf16"
    # Rounded, and not wrong.
    assert 1e-3 < max(one.max_abs for one in found.verified.verdict.worst) < 0.2
    assert any("computes it in BF16" in note for note in found.verified.notes)


@able
def test_a_weight_that_is_off_within_the_tolerance_is_found(tmp_path: Path) -> None:
    """One in 4,096, by a hundredth: the outputs move by less than BF16 rounds."""
    found = checked(tmp_path, fault=0.01)
    assert {type(f) for f in found.findings} == {
        WeightDiffers,
        SiblingDiffers,
    }


@able
def test_what_bf16_costs_beyond_the_tolerance_is_the_conversions(tmp_path: Path) -> None:
    tight = parity.Tolerance(atol=1e-4, rtol=1e-4)
    found = checked(tmp_path, tolerance=tight)
    assert not found.passed
    assert found.explanation is not None
    assert "no op" not in found.explanation.summary.lower()
    assert found.explanation.stage == "conversion"
    assert "to BF16 by the engine" in found.explanation.summary


def test_an_engine_that_computes_in_another_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_precision", lambda _: "f32")
    with pytest.raises(EngineError, match="precision=bf16: on CPU OpenVINO computes in f32"):
        engine.open(product(tmp_path), {"precision": "bf16"})


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"candidate_engine": "ort"}, "bf16: openvino computes in it, ort is not known to"),
        ({"candidate_options": {"precision": "f32"}}, "bf16: option precision=f32 says another"),
    ],
)
def test_what_would_not_be_computed_in_bf16_is_refused(
    tmp_path: Path, more: dict[str, Any], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        checked(tmp_path, **more)


def test_another_engine_is_not_timed_as_bf16(tmp_path: Path) -> None:
    asked = checked(tmp_path, precision="fp32", tolerance=parity.Tolerance(1e-4, 1e-4))
    request = asked.verified.request
    with pytest.raises(UsageError, match="ort is not known to"):
        bench_pair("x", replace(request, precision="bf16"), Effort(warmup=2, rounds=2),
                   engines=("ort",), watch=lambda _: None)  # fmt: skip


def test_no_file_is_exported_of_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file is of it, openvino computes an FP32 file in it"):
        export(product(tmp_path).program, precision="bf16")


def test_a_file_in_int8_is_not_one_to_compute_in_bf16(tmp_path: Path) -> None:
    made = derive(resolve(product(tmp_path).program), opset=13, precision="int8").path
    with pytest.raises(ParityError, match="is no FP32 model"):
        check(made, product(tmp_path).program, precision="bf16", max_examples=2)


def test_a_fault_of_the_file_is_found_in_however_it_was_made(tmp_path: Path) -> None:
    """By an optimiser, say, so that it is like none of parity's: 0.01 where 0.1 is allowed."""
    reference = product(tmp_path)
    model = onnx.load(reference.program)
    model.graph.node[-1].input[0] = "scaled"
    model.graph.node.insert(2, helper.make_node("Mul", ["s", "k"], ["scaled"]))
    model.graph.initializer.append(numpy_helper.from_array(np.float32(1.001), "k"))
    onnx.save(model, tmp_path / "other.onnx")
    found = check(tmp_path / "other.onnx", reference.program, precision="bf16", max_examples=5)
    assert {type(f) for f in found.findings} == {SiblingDiffers}
    assert "with both in FP32: it is the file that is off" in str(found.findings[0])


def test_what_has_no_product_is_not_judged_as_bf16(tmp_path: Path) -> None:
    """OpenVINO says that it computes in it, and has only FP32 kernels for the rest."""
    made = small([node("Tanh", ["x"], ["y"])], {"x": (FLOAT, ["n", 4])}, {"y": (FLOAT, ["n", 4])},
                 {})  # fmt: skip
    for name in ("a.onnx", "b.onnx"):
        onnx.save(made, tmp_path / name)
    with pytest.raises(ParityError, match="has no product by weights"):
        check(tmp_path / "a.onnx", tmp_path / "b.onnx", precision="bf16", max_examples=2)


def test_a_fault_beyond_bf16_is_the_files_where_fp32_has_it_too(tmp_path: Path) -> None:
    reference = product(tmp_path)
    model = onnx.load(reference.program)
    (bias,) = (t for t in model.graph.initializer if t.name == "b")
    bias.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(bias) * 0, "b"))
    onnx.save(model, tmp_path / "other.onnx")
    found = check(tmp_path / "other.onnx", reference.program, precision="bf16", max_examples=5)
    assert not found.passed
    assert found.explanation is not None
    assert found.explanation.stage != "conversion"
