"""A reference that dies at some sizes is started anew, and those are no inputs."""

from pathlib import Path

import onnx

from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.run import verify
from tests.inputs_models import waveform


def test_sizes_at_which_the_reference_dies_are_not_fed(tmp_path: Path) -> None:
    onnx.save(waveform.make(), tmp_path / "model.onnx")
    model = resolve(tmp_path / "model.onnx")
    reference = Side(model, "fake", {"fault": "segv", "length": 300})
    result = verify(Request(reference, Side(model, "ort"), effort=Effort(10)))
    assert result.passed
    assert result.refused == 0
    assert any("axis 1 of wave: from 20, up to 299" in note for note in result.notes)
