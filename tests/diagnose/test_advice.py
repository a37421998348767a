"""What to do next: of a file that somebody brought, another than of one that parity made."""

from dataclasses import replace
from pathlib import Path

import pytest

import parity
from parity import files
from parity.diagnose.advice import advice, unlike
from parity.diagnose.stage import Stage
from parity.model.artifact import Artifact
from parity.verify.request import Request, Side
from tests.diagnose.ladder.small import FLOAT, model, node, save


def request(program: Path) -> Request:
    return Request(
        Side(Artifact("pir", Path("model.json"), None), "paddle"),
        Side(Artifact("onnx", program, None), "ort"),
    )


@pytest.mark.parametrize("stage", ["weights", "attributes", "exporter"])
def test_what_somebody_brought_is_exported_again_first(stage: Stage, tmp_path: Path) -> None:
    said = advice(stage, request(tmp_path / "model.onnx"))
    assert said.startswith("export again")


@pytest.mark.parametrize("stage", ["weights", "attributes", "exporter"])
def test_what_parity_exported_is_reported(stage: Stage) -> None:
    said = advice(stage, request(files.cache() / "candidates" / "fp32-13-0" / "model.onnx"))
    assert "export again" not in said
    assert "report.md" in said


def test_two_that_have_no_input_in_common_are_no_pair(tmp_path: Path) -> None:
    for name, fed in (("one", "x"), ("other", "y")):
        made = model([node("Abs", [fed], ["z"])], {fed: (FLOAT, ["n"])}, {"z": (FLOAT, ["n"])})
        save(made, tmp_path / f"{name}.onnx")
    found = parity.check(
        tmp_path / "one.onnx", tmp_path / "other.onnx", max_examples=1, explain_budget_s=0
    )
    assert not found.passed
    assert unlike(found.verified).startswith("no input is in both: is ")
    assert "next      no input is in both" in str(found)
    same = parity.check(
        tmp_path / "one.onnx", tmp_path / "one.onnx", max_examples=1, explain_budget_s=0
    )
    assert unlike(same.verified) == ""


def test_where_nobody_is_to_blame_there_is_nothing_to_do() -> None:
    asked = request(Path("model.onnx"))
    assert advice("rounding", asked) == advice("unknown", asked) == ""
    assert advice("conversion", replace(asked, precision="int8"))
