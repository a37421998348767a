"""Marks apart from values, rounding beside the tolerance, and outputs that say nothing."""

import numpy as np
import pytest

from parity.compare.findings import ValuesDiffer
from parity.compare.noticed import BeyondRounding, NotDiscriminating
from parity.compare.outputs import compare
from parity.compare.power import Power, undiscriminating
from parity.compare.rounding import BEYOND, WITHIN, beyond, excuse
from parity.compare.tolerance import DEFAULTS
from parity.model.tensors import Array

FP32 = DEFAULTS["fp32"]
NAMES = {"y": "y"}
LOGITS = np.linspace(-9, 9, 24, dtype=np.float32).reshape(2, 12)


def masked(array: Array) -> Array:
    copy = np.array(array)
    copy[:, 5] = -1e9
    return copy


def test_a_mark_does_not_set_the_scale_of_the_values_beside_it() -> None:
    expected = {"y": masked(LOGITS)}
    wrong = {"y": masked(LOGITS + np.float32(0.5))}
    comparison = compare(expected, wrong, names=NAMES, tolerance=FP32)
    (finding,) = comparison.findings
    assert isinstance(finding, ValuesDiffer)
    assert finding.allowed < 1e-3
    assert compare(expected, expected, names=NAMES, tolerance=FP32).findings == ()


def test_a_mark_itself_is_compared_too() -> None:
    wrong = masked(LOGITS)
    wrong[1, 5] = -1e8
    comparison = compare({"y": masked(LOGITS)}, {"y": wrong}, names=NAMES, tolerance=FP32)
    assert [type(f) for f in comparison.findings] == [ValuesDiffer]
    assert [(m.region, m.elements) for m in comparison.measured] == [("all", 22), ("marked", 2)]


@pytest.mark.parametrize(
    "values",
    [
        np.geomspace(1e-7, 1e3, 24),  # a long tail has no gap
        np.r_[np.zeros(20), 1e-6, 5.0, 7.0, 9.0],
        np.r_[np.full(23, 1e-6), 0.01],
        np.r_[np.full(23, 1e-9), 1.0],  # the peak of a softmax
        LOGITS.ravel(),
    ],
    ids=["tail", "sparse", "within", "peak", "logits"],
)
def test_what_only_spreads_is_no_mark(values: Array) -> None:
    y = {"y": values.astype(np.float32)}
    (measured,) = compare(y, y, names=NAMES, tolerance=FP32).measured
    assert measured.elements == 24


def off(by: float, scale: float = 1.0) -> tuple[dict[str, Array], dict[str, Array]]:
    expected = LOGITS * np.float32(scale)
    actual = np.array(expected)
    actual[0, 0] += np.float32(by)
    return {"y": expected}, {"y": actual}


@pytest.mark.parametrize(("times", "excused"), [(0.9 * WITHIN, True), (1.2 * WITHIN, False)])
def test_off_by_more_than_allowed_and_within_rounding_is_no_finding(
    times: float, excused: bool
) -> None:
    expected, actual = off(1e-2)
    changes = {"y": np.full(LOGITS.shape, 1e-2 / times)}
    comparison = compare(expected, actual, names=NAMES, tolerance=FP32)
    left = excuse(comparison, changes, expected, valid={}, usual={})
    assert (left.findings == ()) is excused
    assert left.judged == ("rounding" if excused else "")
    assert left.measured[0].rounding == pytest.approx(1e-2 / times)


def test_what_moves_a_mark_excuses_nothing_beside_it() -> None:
    """-1e9 moves by 64 when its last place does; logits don't."""
    expected, actual = {"y": masked(LOGITS)}, {"y": masked(LOGITS + np.float32(0.5))}
    changes = {"y": np.full(LOGITS.shape, 1e-6)}
    changes["y"][:, 5] = 64.0
    comparison = compare(expected, actual, names=NAMES, tolerance=FP32)
    left = excuse(comparison, changes, expected, valid={}, usual={})
    assert [type(f) for f in left.findings] == [ValuesDiffer]
    both = {"y": masked(LOGITS + np.float32(0.5))}
    both["y"][1, 5] += 128 * 100
    comparison = compare(expected, both, names=NAMES, tolerance=FP32)
    left = excuse(comparison, changes, expected, valid={}, usual={})
    assert [type(f) for f in left.findings] == [ValuesDiffer] * len(comparison.findings)


@pytest.mark.parametrize(("times", "found"), [(0.9 * BEYOND, False), (1.2 * BEYOND, True)])
def test_within_the_tolerance_and_far_beyond_rounding_is_a_finding(
    times: float, found: bool
) -> None:
    expected, actual = off(5e-8, scale=1e-8)
    changes = {"y": np.full(LOGITS.shape, 5e-8 / times)}
    comparison = compare(expected, actual, names=NAMES, tolerance=FP32)
    assert comparison.findings == ()
    judged = beyond(comparison, changes, expected, valid={}, usual={})
    assert [type(f) for f in judged.findings] == ([BeyondRounding] if found else [])


def test_next_to_nothing_beside_the_usual_values_is_rounding() -> None:
    """An output that happens to be zero on a feed, and 1e-7 in the candidate."""
    expected, actual = {"y": np.zeros(4, np.float32)}, {"y": np.full(4, 1e-7, np.float32)}
    comparison = compare(expected, actual, names=NAMES, tolerance=FP32)
    changes = {"y": np.zeros(4, np.float32)}
    assert beyond(comparison, changes, expected, valid={}, usual={"y": 1.0}).findings == ()
    assert beyond(comparison, changes, expected, valid={}, usual={}).findings


def test_where_a_sigmoid_saturates_its_kernels_are_one() -> None:
    """That of ONNX Runtime gives 0 for what is below sigmoid(-18)."""
    expected, actual = {"y": np.full(4, 1.5e-8, np.float32)}, {"y": np.zeros(4, np.float32)}
    comparison = compare(expected, actual, names=NAMES, tolerance=FP32)
    changes = {"y": np.full(4, 1e-14, np.float32)}
    assert beyond(comparison, changes, expected, valid={}, usual={}).findings == ()


def power(*answers: Array, allowed: float) -> Power:
    seen = Power()
    for answer in answers:
        seen.add({"y": answer}, {"y": allowed})
    return seen


def test_an_output_that_never_varies_says_nothing() -> None:
    same = power(LOGITS, LOGITS + 1e-6, LOGITS[:1], allowed=1e-4)
    (finding,) = undiscriminating(same, rounding={}, constant=[])
    assert isinstance(finding, NotDiscriminating)
    assert finding.null == "one answer for all feeds"
    assert undiscriminating(same, rounding={}, constant=["y"]) == []
    assert undiscriminating(same, rounding={"y": 1e-9}, constant=[]) == []


def test_an_output_that_is_all_but_zero_says_nothing() -> None:
    rng = np.random.default_rng(0)
    tiny = power(*(rng.normal(size=8) * 1e-7 for _ in range(3)), allowed=1e-5)
    (finding,) = undiscriminating(tiny, rounding={}, constant=[])
    assert finding.null == "zeros"
    assert undiscriminating(tiny, rounding={"y": 1e-11}, constant=[]) == []


@pytest.mark.parametrize(("apart", "passes"), [(0.9, True), (1.1, False)])
def test_the_middle_of_all_answers_is_a_worthless_candidate_too(apart: float, passes: bool) -> None:
    """As is their mean: it is off by half of what the answers are apart."""
    offset = np.linspace(1, 2, LOGITS.size).reshape(LOGITS.shape) * 1e-4 * apart
    seen = power(LOGITS, LOGITS + offset, allowed=1e-4)
    told = undiscriminating(seen, rounding={}, constant=[])
    assert [f.null for f in told] == ["one answer for all feeds"] * passes


@pytest.mark.parametrize("axis", [0, 1])
def test_an_order_that_nobody_would_notice_says_nothing(axis: int) -> None:
    """Classes, positions or rows that are within the tolerance of each other."""
    rng = np.random.default_rng(0)
    repeated = [np.tile(rng.normal(size=(1, 4)), (3, 1)) for _ in "ab"]
    in_order = [feed + np.arange(3)[:, None] * 1e-6 for feed in repeated]
    seen = power(*(feed.T if axis else feed for feed in in_order), allowed=1e-5)
    (finding,) = undiscriminating(seen, rounding={}, constant=[])
    assert finding.null == f"another order along axis {axis}"
    assert f"varies by {finding.spread:.2g}" in str(finding)
    # Rounding tells them apart, or is all that they are apart by.
    assert undiscriminating(seen, rounding={"y": 1e-9}, constant=[]) == []
    assert undiscriminating(seen, rounding={"y": 1e-6}, constant=[]) == []


def test_what_is_repeated_along_an_axis_has_no_order() -> None:
    rng = np.random.default_rng(0)
    seen = power(*(np.tile(rng.normal(size=(3, 1)), (1, 4)) for _ in "ab"), allowed=1e-5)
    assert undiscriminating(seen, rounding={}, constant=[]) == []


def test_variation_between_any_two_feeds_counts_whatever_their_shapes() -> None:
    first = np.zeros((1, 1, 3))  # a causal model says the same at its first position
    seen = power(first, np.zeros((1, 4, 3)), np.ones((1, 4, 3)) * [[0], [0], [1], [1]], allowed=0.1)
    assert undiscriminating(seen, rounding={}, constant=[]) == []


def test_what_varies_enough_is_not_looked_at_any_further() -> None:
    seen = power(LOGITS, -LOGITS, allowed=1e-5)
    assert seen.outputs["y"].enough
    before = seen.outputs["y"].spread
    seen.add({"y": LOGITS * 100}, {"y": 1e-5})
    assert seen.outputs["y"].spread == before
