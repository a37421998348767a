"""Faults that FP16's and INT8's tolerances let pass are found, and by name."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from onnx import helper

from parity.compare.lowered import RowDepends, SiblingDiffers, WeightDiffers, WeightUnpaired
from parity.model.domains import signature
from parity.verify.checks import Asked, Said, weights
from parity.verify.request import Request
from parity.verify.result import Result
from parity.verify.run import verify
from tests.verify.lowered import faults
from tests.verify.lowered.conftest import Ask, Bed, Made


def said(request: Request) -> Said:
    return weights.before(Asked(request, signature(request.reference.model)))


def saved(bed: Bed, folder: Path) -> Path:
    path = folder / "planted.onnx"
    onnx.save(bed.model, path)
    return path


@pytest.mark.parametrize("precision", ["int8", "fp16"])
def test_a_healthy_file_has_every_weight_compared(made: Made, ask: Ask, precision: str) -> None:
    found = said(ask(made(precision), precision))
    assert found.findings == ()
    counted = {
        "int8": "17 of 17 quantised weights compared with the reference's, worst 0.500 of a step; "
        "23 float ones",
        "fp16": "40 stored weights compared with the reference's, worst 0.000 of a step",
    }
    assert found.notes == (f"weights: {counted[precision]}",)


@pytest.mark.parametrize("fault", faults.ALL, ids=lambda f: f"{f.precision} {f.name}")
def test_a_planted_weight_is_named(
    made: Made, ask: Ask, tmp_path: Path, fault: faults.Fault
) -> None:
    bed = Bed(made(fault.precision))
    fault.plant(bed)
    found = said(ask(saved(bed, tmp_path), fault.precision)).findings
    named = {f.weight: f for f in found if isinstance(f, WeightDiffers)}
    finding = named[fault.weight]
    assert finding.parameter == fault.parameter
    assert finding.off >= 1.4
    assert finding.off > finding.allowed
    assert fault.said in str(finding)
    assert len(found) == 1 + ("swapped" in fault.name and "matrices" in fault.name)


def test_what_no_name_and_no_number_pairs_is_a_finding(
    made: Made, ask: Ask, tmp_path: Path
) -> None:
    bed = Bed(made("int8"))
    faults.times("helper.reshape.3", 0)(bed)  # exporters reshape LayerNorm's, and rename them
    (finding,) = said(ask(saved(bed, tmp_path), "int8")).findings
    assert isinstance(finding, WeightUnpaired)
    assert (finding.weight, finding.missing) == ("helper.reshape.3", ("layer_norm_1.b_0",))


def test_the_quantised_weight_of_another_model_is_a_finding(
    made: Made, ask: Ask, tmp_path: Path
) -> None:
    bed = Bed(made("int8"))
    bed.rename(lambda name: f"stored.{name}")
    values = bed.values("stored.linear_3.w_0_quantized")
    bed.put("stored.linear_3.w_0_quantized", values[::-1, ::-1])
    (finding,) = said(ask(saved(bed, tmp_path), "int8")).findings
    assert isinstance(finding, WeightUnpaired)
    assert finding.weight == "stored.linear_3.w_0_quantized"
    assert finding.missing == ("linear_3.w_0",)
    assert finding.paired == 39


def run(ask: Ask, path: Path, precision: str, renamed: Mapping[str, str] | None = None) -> Result:
    return verify(replace(ask(path, precision), renamed=renamed or {}))


def test_a_fault_in_the_graph_that_int8_hides_differs_from_the_sibling(
    made: Made, ask: Ask, tmp_path: Path
) -> None:
    """No weight is off, and the tolerance passes it: at 25 % of what INT8 may be off by."""
    bed = Bed(made("int8"))
    faults.mean_of_the_first_row(bed)
    result = run(ask, saved(bed, tmp_path), "int8")
    (finding,) = result.verdict.findings
    assert isinstance(finding, SiblingDiffers)
    assert finding.max_abs > 10 * finding.allowed
    assert max(m.ratio for m in result.verdict.worst) < 1


@pytest.mark.slow
def test_rows_that_depend_on_the_first_are_found_in_fp16(
    made: Made, ask: Ask, tmp_path: Path
) -> None:
    bed = Bed(made("fp16"))
    faults.mean_of_the_first_row(bed)
    result = run(ask, saved(bed, tmp_path), "fp16")
    (finding,) = [f for f in result.verdict.findings if isinstance(f, RowDepends)]
    assert finding.reference < 1e-4
    assert finding.max_abs > 10 * finding.allowed
    assert f"when row {finding.row} is alone" in str(finding)


@pytest.mark.parametrize("precision", ["int8", "fp16"])
def test_a_copy_of_a_healthy_file_passes_all_three(
    made: Made, ask: Ask, tmp_path: Path, precision: str
) -> None:
    bed = Bed(made(precision))
    again = helper.make_node("Identity", [bed.graph.node[-1].output[0]], ["said again"])
    bed.graph.node.append(again)  # so that it isn't the same by content
    bed.graph.output[0].name = "said again"
    result = run(ask, saved(bed, tmp_path), precision, {"fetch_name_0": "said again"})
    assert result.passed, result.verdict.findings
    begun = [note.split(":")[0] for note in result.notes]
    assert [begun.count(check) for check in ("weights", "sibling", "rows")] == [1, 1, 1]
    (line,) = [note for note in result.notes if note.startswith("sibling")]
    assert "is of the same graph: compared at FP32's tolerance" in line


def test_an_equal_file_is_not_run_against_itself(made: Made, ask: Ask, tmp_path: Path) -> None:
    bed = Bed(made("fp16"))
    bed.rename(lambda name: f"stored {name}")
    result = run(ask, saved(bed, tmp_path), "fp16")
    assert result.passed
    (line,) = [note for note in result.notes if note.startswith("sibling")]
    assert line == "sibling: parity's own FP16 file is the candidate, by content"


def test_what_parity_made_itself_is_not_compared_with_itself(made: Made, ask: Ask) -> None:
    result = run(ask, made("int8"), "int8")
    assert result.passed
    assert not [note for note in result.notes if note.startswith(("sibling", "rows"))]
