"""A reference that disagrees with itself is said to, with the switch, and nobody else is blamed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parity.diagnose.explain import explain
from parity.diagnose.ladder.climb import climb
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.trial import trial
from parity.model.artifact import resolve
from parity.report import document
from parity.verify.request import Effort, Request, Side
from parity.verify.run import verify
from tests.diagnose.ladder.small import LONG_S, failing, floats, linear, save

X = {"x": floats(2, 4)}


@pytest.mark.slow
def test_onednn_is_named_whoever_chose_it(nets: Path, tmp_path: Path) -> None:
    """The user's own option keeps the verdict from asking; the candidate isn't looked at."""
    feed = {"x": floats(3, 7)}
    split = Side(resolve(nets / "split", want="paddle"), "paddle")
    chosen = replace(split, options={"onednn": True})
    expected = trial(chosen, feed, Clock(LONG_S))
    plain = trial(replace(split, options={"onednn": False}), feed, Clock(LONG_S))
    assert not isinstance(expected, str)
    assert not isinstance(plain, str)
    candidate = save(linear(), tmp_path / "never_opened.onnx")
    names = {name: name for name in expected}
    asked = Failing(Request(chosen, candidate), feed, expected, plain, names)
    climbed = climb(asked, None, LONG_S)
    assert climbed.stage == "reference"
    assert "which disagrees with itself: oneDNN, without which it is right" in climbed.sentence
    assert [rung.name for rung in climbed.rungs] == ["reference"]


def strays(side: Side, **also: str | int | float) -> Side:
    return replace(side, engine="fake", options={"strays": 0.25, **also})


def test_a_passing_run_says_it_too(tmp_path: Path) -> None:
    side = save(linear(), tmp_path / "m.onnx")
    result = verify(Request(strays(side), side, effort=Effort(2, shrink_s=1), max_batch=2))
    assert result.passed
    found = explain(result)
    assert found is not None
    assert found.stage == "reference"
    assert "which disagrees with itself: plain, without which it is right" in found.summary
    assert "Its default kernels are 0.25 off its plain ones" in found.summary
    told = document.document(result, found)["explanation"]
    assert told["stage"] == "reference"
    assert [rung["name"] for rung in told["rungs"]] == ["reference"]
    assert explain(result, budget_s=0.0) is None


def test_both_at_fault_are_both_told(tmp_path: Path) -> None:
    side = save(linear(), tmp_path / "m.onnx")
    wrong = save(linear(twice=True), tmp_path / "wrong.onnx")
    result = verify(Request(strays(side), wrong, effort=Effort(2, shrink_s=1), max_batch=2))
    assert not result.passed
    found = explain(result, budget_s=LONG_S)
    assert found is not None
    assert found.stage == "exporter"
    assert "The reference, which disagrees with itself" in found.summary


def test_a_reference_that_agrees_with_itself_is_acquitted(tmp_path: Path) -> None:
    side = save(linear(), tmp_path / "m.onnx")
    wrong = save(linear(twice=True), tmp_path / "wrong.onnx")
    chosen = replace(side, options={"optimization": "all"})  # so that the verdict may not ask
    climbed = climb(failing(chosen, wrong, X), None, LONG_S)
    assert climbed.stage == "exporter"
    (rung,) = [r for r in climbed.rungs if r.name == "reference"]
    assert rung.ran
    assert rung.said == "its default kernels answer as its plain ones do"


def test_without_a_feed_of_its_own_a_passing_run_is_not_explained(tmp_path: Path) -> None:
    side = save(linear(), tmp_path / "m.onnx")
    result = verify(Request(replace(side, options={"optimization": "disable"}), side,
                            effort=Effort(1, shrink_s=1), max_batch=1))  # fmt: skip
    assert result.passed
    assert result.disagreed is None
    assert explain(result) is None


def test_arrays_of_the_example_are_kept(tmp_path: Path) -> None:
    side = save(linear(), tmp_path / "m.onnx")
    result = verify(Request(strays(side), side, effort=Effort(2, shrink_s=1), max_batch=2))
    assert result.disagreed is not None
    assert np.isfinite(result.disagreed.feed["x"]).all()
