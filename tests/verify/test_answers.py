"""Each finding about answers: when it must be there, and when it must not."""

from pathlib import Path

import numpy as np
import pytest

from parity.compare.answers import AnswerDiffers, ConfidenceDiffers, GoldenDiffers, TooManyTies
from parity.compare.findings import NothingCompared
from parity.compare.outputs import Comparison, compare
from parity.compare.tolerance import Tolerance
from parity.compare.verdict import Tally, conclude
from parity.inputs import Example
from parity.tasks import seq_cls, token_cls
from parity.verify.answers import Judge, unanswered
from parity.verify.request import Recorded, Request, Side, TaskConfig
from tests.verify.conftest import Bench

LOOSE = Tolerance(0.5, 0.0)
OFFSETS = ((0, 0), (0, 1), (0, 0))


def classes(
    expected: list[float],
    actual: list[float],
    *,
    label: str = "generated",
    tolerance: Tolerance = LOOSE,
    confidence: float = 1.0,
    golden: Recorded | None = None,
) -> Comparison:
    """Two classes, one text."""
    out = {"y": np.array([expected], np.float32)}
    other = {"y": np.array([actual], np.float32)}
    judge = Judge(
        seq_cls.open({"labels": ["no", "yes"]}, Path()),
        tolerance,
        confidence,
        {golden.text: golden} if golden else {},
        1e-5,
    )
    example = Example({}, label, texts=("好",), offsets=(OFFSETS,), lengths=(3,))
    comparison = compare(out, other, names={"y": "y"}, tolerance=tolerance)
    return judge.judge(example, out, other, comparison)


def kinds(comparison: Comparison) -> list[type]:
    return [type(f) for f in comparison.findings]


def test_the_same_answer_is_counted_and_nothing_is_found() -> None:
    found = classes([0, 3], [0.1, 3.1])
    assert (found.findings, found.answers, found.ties) == ((), 1, 0)


def test_a_flip_inside_the_margin_is_a_tie() -> None:
    found = classes([0, 0.9], [0.45, 0.4499])
    assert (found.findings, found.ties) == ((), 1)
    assert found.flips[0].margin == pytest.approx(0.9)
    assert found.flips[0].allowed == 1.0


def test_a_flip_outside_the_margin_is_a_finding() -> None:
    found = classes([0, 1.1], [0.6, 0.5])
    assert AnswerDiffers in kinds(found)
    assert found.ties == 0
    (finding,) = (f for f in found.findings if isinstance(f, AnswerDiffers))
    assert (finding.expected, finding.actual) == (("yes",), ("no",))
    assert finding.margin == pytest.approx(1.1)


def test_the_elementwise_rule_allows_by_the_largest_element() -> None:
    rule = Tolerance(0.1, 0.1, "elementwise")
    # 0.1 + 0.1 * 10 may each of the two be off by: both within, and the label flips.
    found = classes([9.0, 10.0], [9.9, 9.8], tolerance=rule)
    assert (found.findings, found.ties) == ((), 1)


@pytest.mark.parametrize(("allowed", "is_found"), [(0.02, True), (0.03, False)])
def test_a_confidence_that_moved(allowed: float, is_found: bool) -> None:
    found = classes([0, 0], [0, 0.1], confidence=allowed)
    assert (ConfidenceDiffers in kinds(found)) is False  # the label flipped: a tie
    found = classes([0, 0.1], [0, 0.2], confidence=allowed)
    assert (ConfidenceDiffers in kinds(found)) is is_found


def test_decisions_that_nobody_sees_are_judged_by_value() -> None:
    task = token_cls.open({"labels": ["O", "B-X", "I-X"]}, Path())
    out = {"y": np.array([[[0.0, 5, 0], [9, 0, 0], [9, 0, 0]]], np.float32)}
    other = {"y": np.array([[[0.0, 0, 5], [0, 0, 9], [9, 0, 0]]], np.float32)}
    example = Example({}, "x", texts=("好",), offsets=(OFFSETS,), lengths=(3,))
    comparison = compare(out, other, names={"y": "y"}, tolerance=LOOSE)
    found = Judge(task, LOOSE, 0.0).judge(example, out, other, comparison)
    assert [k.__name__ for k in kinds(found)] == ["ValuesDiffer"]
    assert found.answers == 1


def test_examples_without_text_have_no_answers() -> None:
    out = {"y": np.array([[0, 1.0]], np.float32)}
    judge = Judge(seq_cls.open({"labels": ["no", "yes"]}, Path()), LOOSE, 0.0)
    comparison = compare(out, out, names={"y": "y"}, tolerance=LOOSE)
    assert judge.judge(Example({}, "x"), out, out, comparison).answers == 0


def test_what_differs_in_shape_or_nan_is_not_decoded() -> None:
    found = classes([0, 1], [0, float("nan")])
    assert [k.__name__ for k in kinds(found)] == ["NonFiniteDiffers"]
    found = classes([0, 1], [0, 1, 2])
    assert [k.__name__ for k in kinds(found)] == ["ShapeDiffers"]


def recorded(shown: str, confidence: float | None, *, logits: bool = True) -> Recorded:
    array = np.array([0.25, 1.0] if shown == "yes" else [1.0, 0.25], np.float32)
    return Recorded("好", (shown,), confidence, array if logits else None)


YES = 1 / (1 + np.exp(-3.0))


@pytest.mark.parametrize(
    ("golden", "differs"),
    [
        (recorded("yes", YES), False),
        (recorded("yes", None), False),
        (recorded("yes", YES + 5e-6), False),
        (recorded("yes", YES + 5e-5), True),
        (recorded("no", YES), True),
        (recorded("no", None), True),
    ],
)
def test_the_reference_is_held_against_the_golden(golden: Recorded, differs: bool) -> None:
    found = classes([0, 3], [0, 3], label="golden 1", golden=golden)
    assert (GoldenDiffers in kinds(found)) is differs


def test_the_goldens_confidence_is_exact_at_any_precision() -> None:
    golden = recorded("yes", YES + 5e-5)
    found = classes([0, 3], [0, 3], label="golden 1", golden=golden, confidence=0.5)
    assert kinds(found) == [GoldenDiffers]


def test_only_recorded_feeds_are_held_against_the_golden() -> None:
    assert classes([0, 3], [0, 3], golden=recorded("no", None)).findings == ()


def test_how_far_the_answer_was_when_it_was_recorded() -> None:
    found = classes([0, 3], [0, 3], label="golden 1", golden=recorded("no", None))
    (finding,) = found.findings
    assert isinstance(finding, GoldenDiffers)
    assert (finding.side, finding.golden, finding.actual) == ("reference", ("no",), ("yes",))
    assert finding.margin == 0.75
    assert "it was 0.75 away from that" in str(finding)
    blind = classes([0, 3], [0, 3], label="golden", golden=recorded("no", None, logits=False))
    assert isinstance(blind.findings[0], GoldenDiffers)
    assert blind.findings[0].margin is None


def test_a_candidate_that_leaves_the_golden_is_named() -> None:
    found = classes([0, 3], [3, 0], label="golden 1", golden=recorded("yes", YES))
    assert {GoldenDiffers, AnswerDiffers} <= set(kinds(found))
    (finding,) = (f for f in found.findings if isinstance(f, GoldenDiffers))
    assert finding.side == "candidate"
    # Where the reference left it and the candidate didn't, the reference is to blame.
    found = classes([0, 3], [3, 0], label="golden 1", golden=recorded("no", None))
    assert [f.side for f in found.findings if isinstance(f, GoldenDiffers)] == ["reference"]


def test_a_tie_is_no_departure_from_the_golden() -> None:
    found = classes([0, 0.9], [0.45, 0.44], label="golden 1", golden=recorded("yes", None))
    assert (found.findings, found.ties) == ((), 1)


@pytest.mark.parametrize(("rate", "too_many"), [(0.0, True), (0.4, True), (0.5, False)])
def test_ties_are_bounded_by_their_rate(rate: float, too_many: bool) -> None:
    tally = Tally()
    tally.add(classes([0, 0.9], [0.45, 0.44]))
    tally.add(classes([0, 3], [0, 3]))
    verdict = conclude(tally, [], outputs=["y"], ties=rate)
    assert (verdict.answers, verdict.ties) == (2, 1)
    assert any(isinstance(f, TooManyTies) for f in verdict.findings) is too_many
    if too_many:
        assert "1 of 2 answers flipped" in str(verdict.findings[0])
        assert "'好': no, expected yes" in str(verdict.findings[0])


def test_no_tie_is_never_too_many() -> None:
    tally = Tally()
    tally.add(classes([0, 3], [0, 3]))
    assert conclude(tally, [], outputs=["y"], ties=0.0).passed


def test_answers_that_were_not_asked_for_do_not_pass(bench: Bench) -> None:
    request = bench.request()
    assert unanswered(request, Tally(), plan="ids") == []
    asked = Request(request.reference, request.candidate, task=TaskConfig("seq_cls"))
    assert isinstance(asked.reference, Side)
    (finding,) = unanswered(asked, Tally(), plan="ids")
    assert isinstance(finding, NothingCompared)
    assert "ids inputs held no text" in str(finding)
    assert unanswered(asked, Tally(answers=1), plan="text") == []
