"""Each kind of model is exercised: healthy it passes, a fault behind the hard part is found."""

from pathlib import Path

import onnx
import pytest

from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.inputs_models import (
    channels_last,
    decoder,
    detector,
    line,
    pyramid,
    recurrent,
    speed,
    towers,
    waveform,
)
from tests.inputs_models.kind import Kind

KINDS: dict[str, Kind] = {
    module.__name__.rsplit(".", 1)[-1]: module.KIND
    for module in (
        channels_last, decoder, detector, line, pyramid, recurrent, speed, towers, waveform,
    )
}  # fmt: skip
FAULTS = [(name, fault) for name, kind in KINDS.items() for fault in kind.faults]


def check(reference: onnx.ModelProto, candidate: onnx.ModelProto, folder: Path) -> Result:
    def side(name: str, model: onnx.ModelProto) -> Side:
        onnx.save(model, folder / f"{name}.onnx")
        return Side(resolve(folder / f"{name}.onnx"), "ort")

    sides = side("reference", reference), side("candidate", candidate)
    return verify(Request(*sides, effort=Effort(20, shrink_s=5)))


@pytest.mark.parametrize("name", KINDS)
def test_a_healthy_one_passes_and_what_was_learned_is_said(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    result = check(kind.healthy(), kind.healthy(), tmp_path)
    assert result.passed, result.verdict.findings
    assert result.refused == 0
    for part in kind.learned:
        assert any(part in note for note in result.notes), (part, result.notes)


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_fault_behind_the_hard_part_is_found(name: str, fault: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    arguments, expected = kind.faults[fault]
    result = check(kind.healthy(), kind.make(**arguments), tmp_path)
    assert not result.passed
    assert expected in {type(f) for f in result.verdict.findings}
    assert result.minimal is not None
    assert result.minimal.reproduced
