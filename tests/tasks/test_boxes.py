"""Detections: matched by label and overlap, whatever their order."""

import math
from pathlib import Path

import numpy as np
import pytest

from parity.errors import CaseError
from parity.tasks import boxes

CAT = [0, 0.9, 10, 10, 50, 50]
DOG = [1, 0.8, 60, 10, 90, 40]
FAINT = [1, 0.45, 0, 0, 9, 9]


def task(**options: object) -> boxes.Boxes:
    return boxes.open({"labels": ["cat", "dog"], **options}, Path())


def out(*rows: list[float]) -> dict[str, np.ndarray]:
    return {"y": np.array([rows], np.float64)}


def test_boxes_above_the_score_are_shown_best_first() -> None:
    found = task().answer(out(DOG, CAT, FAINT), 0, "x.png", ())
    assert found.shown == (
        "cat [10.00, 10.00, 50.00, 50.00]",
        "dog [60.00, 10.00, 90.00, 40.00]",
    )
    assert found.confidence == pytest.approx(0.9)
    assert task().answer(out(FAINT), 0, "", ()).shown == ("(nothing)",)


def alike(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return task().alike(task().answer(one, 0, "", ()).shown, task().answer(other, 0, "", ()).shown)


def test_order_and_small_shifts_are_free() -> None:
    assert alike(out(CAT, DOG), out(DOG, CAT))
    assert alike(out(CAT, DOG), out([0, 0.7, 11, 10, 50, 51], DOG))


@pytest.mark.parametrize(
    "other",
    [
        out(CAT),
        out(CAT, DOG, [0, 0.9, 0, 60, 9, 70]),
        out(CAT, [0, 0.8, 60, 10, 90, 40]),
        out(CAT, [1, 0.8, 70, 10, 100, 40]),
        out(CAT, CAT, DOG),
        out(),
    ],
    ids=["missing", "extra", "another label", "moved", "twice", "none"],
)
def test_what_is_another_answer(other: dict[str, np.ndarray]) -> None:
    other = {"y": other["y"].reshape(1, -1, 6)}
    assert not alike(out(CAT, DOG), other)
    assert not alike(other, out(CAT, DOG))


def loss(mine: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> float:
    return task().loss(mine, 0, (), task().answer(other, 0, "", ()).decisions)


def test_the_margin_is_by_score() -> None:
    assert loss(out(CAT, DOG), out(DOG, CAT)) == 0
    assert loss(out(CAT, DOG), out(CAT)) == pytest.approx(2 * 0.3)
    # It was there, below the threshold.
    assert loss(out(CAT, FAINT), out(CAT, [1, 0.51, 0, 0, 9, 9])) == pytest.approx(2 * 0.05)
    # It was nowhere: no score explains it.
    assert loss(out(CAT), out(CAT, DOG)) == float("inf")


def test_rows_of_all_pictures_are_told_apart_by_their_count() -> None:
    asked = task(output="y", count="n")
    both = {"y": np.array([CAT, DOG, CAT]), "n": np.array([1, 2], np.int32)}
    assert asked.rows(both) == 2
    assert len(asked.answer(both, 0, "", ()).shown) == 1
    assert len(asked.answer(both, 1, "", ()).shown) == 2
    kept = asked.kept(both, 1, ())
    again = asked.answer(asked.unkept(kept, ["y", "n"]), 0, "", ())
    assert again.shown == asked.answer(both, 1, "", ()).shown


def test_rows_that_fill_up_are_no_boxes() -> None:
    assert task().answer(out([-1, 0.9, 0, 0, 1, 1], CAT), 0, "", ()).decisions[::5] == (0,)


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(CaseError, match="expected"):
        task().answer({"y": np.zeros((1, 2, 5))}, 0, "", ())
    with pytest.raises(CaseError, match="not finite"):
        task().answer(out([0, np.nan, 0, 0, 1, 1]), 0, "", ())
    with pytest.raises(CaseError, match='"iou"'):
        task(iou=0.0)
    for hiding in (math.nan, math.inf, 1.0, -0.1):
        with pytest.raises(CaseError, match='"score"'):
            task(score=hiding)
    with pytest.raises(CaseError, match="is no box"):
        task().alike(("cat",), ("cat",))
