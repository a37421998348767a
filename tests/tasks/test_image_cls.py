"""The best labels of a picture, and which of them are ties."""

from pathlib import Path

import numpy as np
import pytest

from parity.errors import CaseError
from parity.tasks import image_cls

LABELS = ["a", "b", "c", "d"]


def task(**options: object) -> image_cls.ImageClassification:
    return image_cls.open({"labels": LABELS, "top": 2, **options}, Path())


def test_the_best_labels_in_order_and_how_sure_the_first_is() -> None:
    out = {"y": np.array([[0.1, 3, 2, -1]], np.float32)}
    found = task().answer(out, 0, "x.png", ())
    assert (found.shown, found.decisions) == (("b", "c"), (1, 2))
    assert found.confidence == pytest.approx(np.exp(3) / np.exp([0.1, 3, 2, -1]).sum(), rel=1e-5)


def test_probabilities_are_taken_as_they_are() -> None:
    out = {"y": np.array([[0.7, 0.2, 0.1, 0.0]], np.float32)}
    assert task().answer(out, 0, "", ()).confidence == pytest.approx(0.7)


def test_loss_is_by_place() -> None:
    out = {"y": np.array([[0.1, 3, 2, -1]])}
    assert task().loss(out, 0, (), (1, 2)) == 0
    assert task().loss(out, 0, (), (2, 1)) == pytest.approx(1)
    assert task().loss(out, 0, (), (1, 0)) == pytest.approx(1.9)


def test_a_candidate_within_the_tolerance_is_never_beyond_the_margin() -> None:
    rng = np.random.default_rng(3)
    flips = 0
    for _ in range(200):
        scores = rng.normal(size=(1, 4))
        near = {"y": scores + rng.uniform(-0.2, 0.2, scores.shape)}
        loss = task().loss({"y": scores}, 0, (), task().answer(near, 0, "", ()).decisions)
        flips += loss > 0
        assert loss <= 0.4
    assert flips > 20


def test_classes_without_labels_have_numbers(tmp_path: Path) -> None:
    bare = image_cls.open({}, tmp_path)
    assert bare.answer({"y": np.arange(9.0)[None]}, 0, "", ()).shown == ("8", "7", "6", "5", "4")


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(CaseError, match="don't fit 4 labels"):
        task().answer({"y": np.zeros((1, 3))}, 0, "", ())
    with pytest.raises(CaseError, match="finite"):
        task().answer({"y": np.array([[0, np.nan, 1, 2]])}, 0, "", ())
    with pytest.raises(CaseError, match="decisions"):
        task().loss({"y": np.zeros((1, 4))}, 0, (), (1, 1))
    with pytest.raises(CaseError, match="from 1 up"):
        task(top=0)
