"""Several labels at once: what is above the threshold, and how far each is from it."""

from pathlib import Path

import numpy as np
import pytest

from parity.errors import CaseError
from parity.tasks import Task, seq_cls

LABELS = ["a", "b", "c"]


def several(**options: object) -> Task:
    return seq_cls.open({"labels": LABELS, "several": True, **options}, Path())


def outputs(*logits: float) -> dict[str, np.ndarray]:
    return {"y": np.array([logits], np.float32)}


def test_all_labels_above_the_threshold_are_shown() -> None:
    found = several().answer(outputs(1, -1, 2), 0, "", ())
    assert found.shown == ("a", "c")
    assert found.decisions == (1, 0, 1)
    assert found.confidence == pytest.approx(1 / (1 + np.exp(-2)))
    assert several().answer(outputs(-1, -1, -2), 0, "", ()).shown == ("(none)",)


def test_the_threshold_is_of_the_probability() -> None:
    logit = np.log(0.8 / 0.2)
    task = several(threshold=0.8)
    assert task.answer(outputs(logit + 0.01, logit - 0.01, 0), 0, "", ()).decisions == (1, 0, 0)


def test_loss_is_twice_the_distance_from_the_threshold() -> None:
    task = several()
    assert task.loss(outputs(1, -0.5, 2), 0, (), (1, 0, 1)) == 0
    assert task.loss(outputs(1, -0.5, 2), 0, (), (1, 1, 1)) == pytest.approx(1.0)
    assert task.loss(outputs(1, -0.5, 2), 0, (), (0, 1, 1)) == pytest.approx(2.0)


def test_a_candidate_within_the_tolerance_is_never_beyond_the_margin() -> None:
    rng = np.random.default_rng(3)
    task, flips = several(threshold=0.3), 0
    for _ in range(200):
        logits = rng.normal(size=(1, 3))
        near = {"y": logits + rng.uniform(-0.2, 0.2, logits.shape)}
        loss = task.loss({"y": logits}, 0, (), task.answer(near, 0, "", ()).decisions)
        flips += loss > 0
        assert loss <= 0.4
    assert flips > 10


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"several": 1}, "true or false"),
        ({"threshold": 1.0}, "between 0 and 1"),
        ({"threshold": "x"}, "must be a number"),
        ({"several": False, "threshold": 0.4}, "goes with several"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, object], words: str) -> None:
    with pytest.raises(CaseError, match=words):
        several(**options)


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(CaseError, match="don't fit 3 labels"):
        several().answer({"y": np.zeros((1, 2))}, 0, "", ())
    with pytest.raises(CaseError, match="not finite"):
        several().answer(outputs(1, float("nan"), 0), 0, "", ())
    with pytest.raises(CaseError, match="decisions"):
        several().loss(outputs(1, 0, 0), 0, (), (2, 0, 0))


def test_identity_tells_one_label_from_several() -> None:
    one = seq_cls.open({"labels": LABELS}, Path())
    assert len({one.identity, several().identity, several(threshold=0.4).identity}) == 3
