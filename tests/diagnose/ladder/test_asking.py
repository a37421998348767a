"""A feed that no run has judged: both sides are asked, and the ladder is climbed all the same."""

from dataclasses import replace
from pathlib import Path

from parity.diagnose.ladder.climb import climb
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import ask
from parity.verify.request import Request
from tests.diagnose.ladder.small import LONG_S, floats, linear, normalised, plainly, save

X = {"x": floats(2, 3, 6)}


def test_the_optimisers_fault_is_told_on_a_feed_of_the_users(tmp_path: Path) -> None:
    side = save(normalised(turned=True), tmp_path / "m.onnx")
    failed = ask(Request(plainly(side), side), X, Clock(LONG_S))
    assert failed is not None
    yard = failed.yardstick()
    assert yard is not None
    assert yard.beyond
    found = climb(failed, None, LONG_S)
    assert found.stage == "optimiser"


def test_the_references_kernels_are_asked_which_no_verdict_has(tmp_path: Path) -> None:
    """Its default ones are wrong here, and the candidate right."""
    side = save(normalised(turned=True), tmp_path / "m.onnx")
    failed = ask(Request(side, plainly(side)), X, Clock(LONG_S))
    assert failed is not None
    assert climb(failed, None, LONG_S).stage == "reference"
    asked = climb(replace(failed, judged=True), None, LONG_S)  # a verdict would have found out
    assert asked.stage != "reference"


def test_a_reference_that_fails_can_not_be_asked(tmp_path: Path) -> None:
    side = save(linear(), tmp_path / "m.onnx")
    assert ask(Request(side, side), {"x": floats(2, 5)}, Clock(LONG_S)) is None
