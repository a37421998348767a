"""Another exporter's file on the same feed: who agrees with whom."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from parity.compare.outputs import compare
from parity.compare.tolerance import DEFAULTS
from parity.diagnose.explain import Explanation, _with_vote
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.second import Vote, vote
from parity.diagnose.ladder.trial import trial
from parity.exports.derive import derive
from parity.model.artifact import resolve
from parity.model.tensors import Feed
from parity.verify.request import Request, Side
from tests.diagnose.ladder.small import LONG_S
from tests.exports.stand_in import install, remove

pytestmark = pytest.mark.usefixtures("cache")

IDS: Feed = {"input_ids": np.arange(1, 13).reshape(2, 6)}


def asked(models: Path, folder: Path, factor: float, precision: str = "fp32") -> Failing:
    """Of an export whose matrices are multiplied by a factor."""
    reference = resolve(models / "tiny", want="paddle")
    model = onnx.load(derive(reference, opset=17, precision="fp32").path)
    held = [a.t for n in model.graph.node for a in n.attribute if a.name == "value"]
    for tensor in [*model.graph.initializer, *held]:
        array = numpy_helper.to_array(tensor)
        if array.ndim == 2 and array.dtype == np.float32:
            scaled = array * np.float32(factor)
            tensor.CopyFrom(numpy_helper.from_array(scaled, tensor.name))
    onnx.save(model, folder / "m.onnx")
    sides = Side(reference, "paddle"), Side(resolve(folder / "m.onnx"), "ort")
    expected, actual = (trial(side, IDS, Clock(LONG_S)) for side in sides)
    assert not isinstance(expected, str), expected
    assert not isinstance(actual, str), actual
    names = dict(zip(expected, actual, strict=True))
    request = Request(*sides, precision=precision, tolerance=DEFAULTS[precision])
    found = compare(expected, actual, names=names, tolerance=DEFAULTS["fp32"]).findings
    return Failing(request, IDS, expected, actual, names, findings=tuple(found))


def voted(failing: Failing) -> Vote:
    found = vote(failing, Clock(LONG_S))
    assert found is not None
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "other", "says"),
    [
        (2.0, 1.0, "says what Paddle does ("),
        (2.0, 2.0, "Paddle stands alone"),
        (2.0, 3.0, "agrees with neither"),
    ],
)
def test_who_agrees_with_whom(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: float, other: float,
    says: str,
) -> None:  # fmt: skip
    install(tmp_path / "bin", monkeypatch, factor=other)
    found = voted(asked(models, tmp_path, first))
    assert found.rung.ran
    assert not found.missing
    assert found.sentence.startswith("Second exporter: p2o's file, on the same feed, ")
    assert says in found.sentence
    assert ("paddle2onnx stands alone" in found.sentence) == (other == 1.0)


@pytest.mark.slow
def test_where_none_is_installed_it_is_said(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove(tmp_path / "empty", monkeypatch)
    found = voted(asked(models, tmp_path, 2.0))
    assert not found.sentence
    assert not found.rung.ran
    assert found.rung.said == "p2o isn't installed: pip install p2o"
    assert found.missing == "p2o"
    bare = Explanation("unknown", "Nothing is known.")
    asked_ = asked(models, tmp_path, 2.0)
    told = _with_vote(bare, asked_, LONG_S)
    assert told.summary.endswith(
        "A second exporter would have a vote, and none is installed: pip install p2o."
    )
    rounded = _with_vote(replace(bare, stage="rounding"), asked_, LONG_S)
    assert "second exporter" not in rounded.summary  # it would say nothing new


def test_without_time_nothing_is_run(models: Path, tmp_path: Path) -> None:
    found = vote(asked(models, tmp_path, 2.0), Clock(0.0))
    assert found is not None
    assert (found.rung.ran, found.rung.said) == (False, "no time was left for it")
    assert not found.missing  # nobody was looked for


def test_of_what_it_is_not_asked(models: Path, tmp_path: Path) -> None:
    assert vote(asked(models, tmp_path, 2.0, "fp16"), Clock(LONG_S)) is None
