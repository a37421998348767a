"""A file of lower precision: its converter's fault, its export's, or nobody's."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from parity.compare.tolerance import DEFAULTS
from parity.diagnose.ladder.climb import climb
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.rung import Climbed
from parity.diagnose.ladder.trial import trial
from parity.exports.derive import derive
from parity.model.artifact import Artifact, resolve
from parity.model.tensors import Feed
from parity.verify.request import Request, Side
from tests.diagnose.ladder.small import LONG_S, linear, plainly, save

pytestmark = pytest.mark.usefixtures("cache")

IDS: Feed = {"input_ids": np.arange(1, 13).reshape(2, 6)}
WORDS = {"fp16": "the FP16 converter", "int8": "the quantiser"}


def asked(reference: Artifact, candidate: Path, feed: Feed, precision: str) -> Failing:
    sides = Side(reference, reference.engine), Side(resolve(candidate), "ort")
    expected, actual = (trial(side, feed, Clock(LONG_S)) for side in sides)
    assert not isinstance(expected, str), expected
    assert not isinstance(actual, str), actual
    request = Request(*sides, precision=precision, tolerance=DEFAULTS[precision])
    return Failing(request, feed, expected, actual, dict(zip(expected, actual, strict=True)))


def said(climbed: Climbed, name: str) -> list[str]:
    return [rung.said for rung in climbed.rungs if rung.name == name]


def spoilt(path: Path, target: Path) -> Path:
    """Each stored matrix of FP16, or the scale of each of INT8, times 50, as no rounding does."""
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float16 or tensor.name.endswith("_scale"):
            tensor.CopyFrom(numpy_helper.from_array(values * values.dtype.type(50), tensor.name))
    onnx.save(model, target)
    return target


@pytest.mark.parametrize("precision", WORDS)
def test_what_fp32_does_right_is_the_converters(
    models: Path, tmp_path: Path, precision: str
) -> None:
    reference = resolve(models / "tiny", want="paddle")
    made = derive(reference, opset=13, precision=precision)
    wrong = asked(reference, spoilt(made.path, tmp_path / "m.onnx"), IDS, precision)
    climbed = climb(wrong, None, LONG_S)
    assert climbed.stage == "conversion", climbed
    assert f"blamed: the conversion, {WORDS[precision]}. The FP32 export is right" in (
        climbed.sentence
    )
    assert f"parity's own {precision.upper()} file is right, too" in climbed.sentence
    assert "all the same" in said(climbed, "optimiser")[0]


def test_a_healthy_one_has_nobody_to_blame(models: Path) -> None:
    reference = resolve(models / "tiny", want="paddle")
    made = derive(reference, opset=13, precision="fp16")
    climbed = climb(asked(reference, made.path, IDS, "fp16"), None, LONG_S)
    assert climbed.stage == "unknown"
    assert "nobody is to blame" in climbed.sentence


@pytest.mark.slow
def test_what_fp32_does_wrong_as_well_is_the_exporters(nets: Path) -> None:
    reference = resolve(nets / "lengths", want="paddle")
    made = derive(reference, opset=13, precision="fp16")
    feed = {"ids": np.arange(1, 11).reshape(2, 5), "length": np.array([5, 2])}
    climbed = climb(asked(reference, made.path, feed, "fp16"), None, LONG_S)
    assert climbed.stage == "exporter"
    assert "as well" in said(climbed, "conversion")[0]
    assert climbed.sentence.startswith("blamed: the exporter. Float64 sides with ONNX Runtime")
    assert len(said(climbed, "optimiser")) == 2  # of the lowered file, and of the FP32 one


def test_what_was_made_of_an_onnx_file_can_only_be_the_converters(tmp_path: Path) -> None:
    right = plainly(save(linear(), tmp_path / "m.onnx"))
    wrong = save(linear(twice=True), tmp_path / "w.onnx")
    feed = {"x": np.ones((2, 4), np.float32)}
    climbed = climb(asked(right.model, wrong.model.program, feed, "int8"), None, LONG_S)
    assert climbed.stage == "conversion"
    assert "the reference is the FP32 file that was converted" in climbed.sentence.lower().replace(
        "fp32", "FP32"
    )
