"""A real gate over a small model: what its feeds tell, and what they can't."""

import shutil
from pathlib import Path

import pytest

from parity.api.measuring.mutating import mutate
from parity.errors import UsageError
from tests.gate.repository import Repository
from tests.verify.conftest import tagger


def test_a_small_model_is_scored(models: Path) -> None:
    target = models / "tiny" / "model.onnx"
    kinds = ("matrix", "left out", "quantisation", "batch")
    found = mutate(target, each=2, classes=kinds, max_examples=3, max_length=6)
    score = found.score
    fates = {kind: dict(counts) for kind, counts in score.by_kind().items()}
    assert fates["matrix"].get("killed", 0) + fates["matrix"].get("same", 0) > 0
    assert "quantisation" not in fates  # there is nothing of the kind in it
    assert fates["batch"] == {"killed": len([m for m in score.mutants if m.kind == "batch"])}
    assert score.feeds > 0
    assert score.stronger > 0
    assert all(m.by and m.shape for m in score.mutants if m.fate == "killed")
    assert found.passed


def test_a_candidate_that_fails_as_it_is_has_no_score(models: Path) -> None:
    with pytest.raises(UsageError, match="doesn't pass as it is"):
        mutate(
            models / "other" / "model.onnx",
            reference=models / "tiny" / "model.onnx",
            max_examples=1,
            max_length=6,
        )


def test_a_case_says_the_least_score(tmp_path: Path) -> None:
    case = Repository(tmp_path).case("tags", tagger(), rest="[limits]\nmin_score = 0.25\n")
    assert mutate(case, each=1, classes=("matrix",), max_examples=1).least == 0.25


CASE = """
summary = "a small ERNIE"
precisions = ["int8"]
[reference]
path = "{}"
[candidate]
opset = 13
[inputs.short]
max_length = 6
examples = 2
"""


def test_what_an_int8_tolerance_passes_is_told_by_what_is_stored(
    models: Path, tmp_path: Path
) -> None:
    shutil.copytree(models / "tiny", tmp_path / "model")
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "case.toml").write_text(CASE.format("model.json"))
    kinds = ("element", "row", "quantisation")
    found = mutate(tmp_path / "small", each=2, classes=kinds, models=tmp_path / "model")
    assert found.score.share == 1.0
    by = [m.by for m in found.score.mutants if m.fate == "killed"]
    assert len(by) > 3
    assert any("steps of int8" in said for said in by), by


@pytest.mark.slow
def test_more_rows_than_a_gate_feeds_are_told_by_none(models: Path) -> None:
    """With one row a feed no fault of a second row can show: nothing is counted, and no pass."""
    target = models / "tiny" / "model.onnx"
    found = mutate(target, each=1, classes=("batch",), max_examples=1, max_batch=1, max_length=6)
    assert found.score.counted == 0
    assert not found.passed
