"""What other tools pass, parity doesn't: through the real command, with its exit code."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from parity.compare.findings import KINDS
from parity.compare.noticed import NotDiscriminating
from parity.compare.tolerance import DEFAULTS
from parity.compare.values import measure
from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.run import verify
from tests.blind_spots.nets import net
from tests.blind_spots.spots import SPOTS, Outputs, Spot, as_they_are

EXAMPLES = 20


def named(spot: Spot) -> str:
    return spot.name.replace(" ", "-").replace(",", "")


@pytest.mark.parametrize("spot", SPOTS, ids=named)
def test_the_other_tool_passes_it(spot: Spot) -> None:
    """Else the test below would show nothing."""
    sides = [session(model) for model in (spot.reference, spot.candidate)]
    for feed in spot.feeds:
        with np.errstate(all="ignore"):
            assert spot.trap(*(run(side, feed) for side in sides))


@pytest.mark.parametrize("spot", SPOTS, ids=named)
def test_parity_does_not(spot: Spot, tmp_path: Path) -> None:
    code, result, text = check(spot.reference, spot.candidate, tmp_path)
    assert code == 1, text
    assert (result["passed"], result["verdict"]) == (False, "differs")
    assert kind_name(spot) in [f["kind"] for f in result["findings"]]
    # Nobody who skims it may take it for a success with a warning.
    assert "differs:" in text
    assert not any(word in text.lower() for word in ("passed", "succe", "parity:"))
    assert ("warning" in text.lower()) is bool(result["warnings"])


@pytest.mark.slow
@pytest.mark.parametrize("spot", SPOTS, ids=named)
def test_the_reference_against_itself(spot: Spot, tmp_path: Path) -> None:
    """Passes, unless it is a model with nothing in it to compare."""
    onnx.save(spot.reference, tmp_path / "model.onnx")
    side = Side(resolve(tmp_path / "model.onnx"), "ort")
    result = verify(Request(side, side, effort=Effort(EXAMPLES)))
    assert result.verdict.passed is (spot.sound and spot.varies)
    if not spot.varies:
        assert {type(f) for f in result.verdict.findings} == {NotDiscriminating}
    assert (result.verdict.elements > 0) is spot.sound


def test_a_healthy_zero_is_no_false_alarm(tmp_path: Path) -> None:
    """The relative difference at a zero is infinite; that of the whole output isn't."""
    reference = net("y = Relu (x)")
    candidate = net("y0 = Relu (x) y = Add (y0, tiny)", constants={"tiny": np.float32(1e-9)})
    feed = {"x": np.array([[-1, 2, -3, 4]], np.float32)}
    expected, actual = (run(session(model), feed)["y"] for model in (reference, candidate))
    with np.errstate(divide="ignore"):
        assert (np.abs(actual - expected) / expected).max() == np.inf
    code, result, text = check(reference, candidate, tmp_path)
    assert (code, result["verdict"]) == (0, "parity"), text


@pytest.mark.slow
def test_an_output_that_is_none_is_named(tmp_path: Path) -> None:
    (spot,) = [s for s in SPOTS if s.name == "None counts as equal"]
    _, result, _ = check(spot.reference, spot.candidate, tmp_path)
    assert "z: NoneType" in result["findings"][0]["message"]
    code, result, _ = check(spot.candidate, spot.reference, tmp_path)
    assert (code, result["verdict"]) == (2, "error")


def test_a_crash_of_the_comparison_is_no_pass(tmp_path: Path) -> None:
    """An output of strings can't be compared: it is said so, whatever its values are."""
    model = net("y = Cast <to: int = 8> (x)", [("y", onnx.TensorProto.STRING, None)])
    code, result, text = check(model, model, tmp_path)
    assert code == 2, text
    assert result["verdict"] == "error"
    assert "y: " in result["error"]


def test_the_traps_see_a_plain_difference() -> None:
    """The cut-down tools aren't blind to everything."""
    one = {"y": np.array([[1.0, 2.0, 4.0]])}
    other = {"y": np.array([[1.0, 2.5, 4.0]])}
    for trap in {spot.trap for spot in SPOTS}:
        assert trap(one, one)
        assert not trap(one, other), trap.__name__
    assert measure("y", one["y"], other["y"], tolerance=DEFAULTS["fp32"])[1]
    assert as_they_are in {spot.trap for spot in SPOTS}


def kind_name(spot: Spot) -> str:
    assert spot.kind in KINDS
    name = spot.kind.__name__
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )


def run(session: onnxruntime.InferenceSession, feed: Any) -> Outputs:
    names = [o.name for o in session.get_outputs()]
    return dict(zip(names, session.run(names, dict(feed)), strict=True))


def check(
    reference: onnx.ModelProto, candidate: onnx.ModelProto, folder: Path
) -> tuple[int, dict[str, Any], str]:
    """``parity check``: exit code, JSON, and all that it printed."""
    for name, model in (("reference", reference), ("candidate", candidate)):
        onnx.save(model, folder / f"{name}.onnx")
    report = folder / "result.json"
    command = ["check", "candidate.onnx", "--reference", "reference.onnx", "--json", str(report)]
    options = ["--max-examples", str(EXAMPLES), "--database", str(folder / "database")]
    options += ["--explain-budget", "0"]  # whether it is seen, not why
    done = subprocess.run(
        [sys.executable, "-m", "parity", *command, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert report.exists(), done.stderr
    return done.returncode, json.loads(report.read_text("utf-8")), done.stdout + done.stderr
