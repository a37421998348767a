"""Which other indices are ties."""

import numpy as np

from parity.compare.ties import doubtful, tied
from parity.compare.tolerance import DEFAULTS

FP32 = DEFAULTS["fp32"]
SCORES = np.array([[1.0, 3.0, 3.0, 2.0], [5.0, 1.0, 5.0 - 1e-6, 0.0]], np.float32)


def mask(expected: object, actual: object, axis: int | None = 1) -> object:
    found = tied(np.asarray(expected), np.asarray(actual), SCORES, axis, FP32)
    return None if found is None else found.tolist()


def test_equal_scores_may_come_in_either_order() -> None:
    assert mask([1, 0], [2, 2]) == [True, True]
    assert mask([[1], [0]], [[2], [2]]) == [[True], [True]]
    assert mask([[1, 2, 3], [0, 2, 1]], [[2, 1, 3], [2, 0, 1]]) == [
        [True, True, False], [True, True, False],
    ]  # fmt: skip


def test_other_scores_and_what_is_no_entry_are_no_ties() -> None:
    assert mask([1, 0], [3, 1]) == [False, False]
    assert mask([1, 0], [4, -1]) == [False, False]


def test_an_entry_named_twice_is_no_tie() -> None:
    assert mask([[1, 2], [0, 2]], [[1, 1], [2, 0]]) == [[False, False], [True, True]]


def test_along_another_axis_or_over_all() -> None:
    turned = tied(np.array([1, 0]), np.array([2, 2]), SCORES.T, 0, FP32)
    assert turned is not None
    assert turned.tolist() == [True, True]
    assert mask([4], [6], None) == [True]
    assert mask([4], [1], None) == [False]


def test_shapes_that_do_not_go_together_are_not_judged() -> None:
    assert mask([1, 0, 2], [2, 2, 2]) is None
    assert tied(np.array([1]), np.array([2]), SCORES.astype(np.int64), 1, FP32) is None


def test_rows_hang_on_rounding_where_what_is_selected_is_equal() -> None:
    assert doubtful(SCORES, 1, 1).tolist() == [True, True]  # type: ignore[union-attr]
    far = np.array([[1.0, 2.0, 2.0], [1.0, 2.0, 3.0]], np.float32)
    assert doubtful(far, 1, 1).tolist() == [True, False]  # type: ignore[union-attr]
    far = np.array([[1.0, 1.0, 2.0, 3.0]], np.float32)
    assert doubtful(far, 1, 1).tolist() == [False]  # type: ignore[union-attr]
    assert doubtful(far, 1, 0).tolist() == [True]  # type: ignore[union-attr]
    assert doubtful(far, 0, 1) is None


def test_what_stands_for_infinity_is_no_measure_of_rounding() -> None:
    """Beams that ended have -1e9 everywhere but at one entry."""
    scores = np.array([[-1e9, -2.5, -2.4, -1e9]], np.float32)
    assert doubtful(scores, 1, 2).tolist() == [False]  # type: ignore[union-attr]
    assert doubtful(scores, 1, 3).tolist() == [True]  # type: ignore[union-attr]
    other = tied(np.array([2]), np.array([1]), scores, 1, FP32)
    assert other is not None
    assert other.tolist() == [False]
    masked = tied(np.array([0]), np.array([3]), scores, 1, FP32)
    assert masked is not None
    assert masked.tolist() == [True]
    large = np.array([[3e6, 3e6 + 1, 2e6]], np.float32)  # where all are, they measure it
    same = tied(np.array([0]), np.array([1]), large, 1, FP32)
    assert same is not None
    assert same.tolist() == [True]
