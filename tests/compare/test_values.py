"""The numbers of one output: each way to be wrong is found, and none is hidden."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from parity.compare.findings import (
    NonFiniteDiffers,
    NothingCompared,
    PaddingDiffers,
    ShapeDiffers,
    ValuesDiffer,
)
from parity.compare.outputs import compare
from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.compare.values import measure
from parity.compare.verdict import Tally, conclude
from parity.errors import UsageError

FP32 = DEFAULTS["fp32"]


def test_equal_arrays_are_measured_and_pass() -> None:
    a = np.linspace(-3, 3, 24, dtype=np.float32).reshape(2, 3, 4)
    measured, findings = measure("o", a, a.copy(), tolerance=FP32)
    assert findings == []
    assert (measured.elements, measured.max_abs, measured.ratio) == (24, 0.0, 0.0)


def test_a_difference_above_both_tolerances_is_found_where_it_is() -> None:
    expected = np.full((2, 3), 2.0, np.float32)
    actual = expected.copy()
    actual[1, 2] += 1e-3
    measured, (finding,) = measure("logits", expected, actual, tolerance=FP32)
    assert isinstance(finding, ValuesDiffer)
    assert finding.index == (1, 2)
    assert finding.max_abs == pytest.approx(1e-3, rel=1e-3)
    assert finding.max_rel == pytest.approx(5e-4, rel=1e-3)
    assert finding.count == 1
    assert measured.ratio > 1


def test_the_absolute_tolerance_alone_suffices() -> None:
    expected = np.full(4, 1e-3)
    actual = expected + 9e-6  # relative 9e-3
    assert measure("o", expected, actual, tolerance=FP32)[1] == []


def test_the_relative_tolerance_alone_suffices() -> None:
    expected = np.full(4, 100.0)
    actual = expected + 9e-4  # absolute far above 1e-5
    assert measure("o", expected, actual, tolerance=FP32)[1] == []


@pytest.mark.parametrize("difference", [1e-5, 1.1e-5])
def test_the_bound_itself_does_not_pass(difference: float) -> None:
    expected = np.array([0.25, 0.0])
    actual = np.array([0.25, difference])
    assert measure("o", expected, actual, tolerance=FP32)[1] != []


def test_a_reference_of_zeros_makes_no_difference_small() -> None:
    _, (finding,) = measure("o", np.zeros(3), np.full(3, 2e-5), tolerance=FP32)
    assert isinstance(finding, ValuesDiffer)
    assert math.isinf(finding.max_rel)


def test_the_tolerance_said_to_pass_does_pass_and_half_of_it_does_not() -> None:
    rng = np.random.default_rng(1)
    expected = rng.normal(size=100)
    actual = expected + rng.normal(size=100) * 1e-3
    for rule in ("max", "elementwise"):
        _, (finding,) = measure("o", expected, actual, tolerance=Tolerance(1e-9, 1e-5, rule))
        assert isinstance(finding, ValuesDiffer)
        if finding.needed < 1:
            enough = Tolerance(1e-9, finding.needed, rule)
            assert measure("o", expected, actual, tolerance=enough)[1] == []
        assert measure("o", expected, actual, tolerance=Tolerance(1e-9, finding.needed / 2, rule)
                       if finding.needed < 2 else Tolerance(1e-9, 0.5, rule))[1] != []  # fmt: skip


def test_nan_on_one_side_is_found() -> None:
    expected = np.zeros(3)
    actual = np.array([0, np.nan, 0])
    _, (finding,) = measure("o", expected, actual, tolerance=FP32)
    assert isinstance(finding, NonFiniteDiffers)
    assert finding.index == (1,)


def test_infinity_of_the_other_sign_is_found() -> None:
    expected = np.array([np.inf, 1.0])
    _, (finding,) = measure("o", expected, -expected + [0, 2], tolerance=FP32)
    assert isinstance(finding, NonFiniteDiffers)


def test_matching_nan_is_counted_but_never_as_compared() -> None:
    both = np.array([np.nan, 1.0, np.inf])
    measured, findings = measure("o", both, both.copy(), tolerance=FP32)
    assert findings == []
    assert (measured.elements, measured.matched) == (1, 2)


@pytest.mark.parametrize("same", [np.full(3, np.nan), np.zeros((0, 4), np.float32)])
def test_nothing_to_compare_on_one_feed_is_counted_and_on_all_feeds_a_finding(
    same: NDArray[np.float64],
) -> None:
    tally = Tally()
    tally.add(compare({"o": same}, {"o": same.copy()}, names={"o": "o"}, tolerance=FP32))
    assert tally.nothing == {"o": 1}
    (finding,) = conclude(tally, (), outputs=["o"]).findings
    assert isinstance(finding, NothingCompared)
    full = np.ones(3)
    tally.add(compare({"o": full}, {"o": full}, names={"o": "o"}, tolerance=FP32))
    assert conclude(tally, (), outputs=["o"]).passed


def test_nothing_beside_something_is_a_finding_on_that_feed() -> None:
    empty, full = np.zeros((0, 4), np.float32), np.zeros((1, 4), np.float32)
    for expected, actual in ((empty, full), (full, empty)):
        made = compare({"o": expected}, {"o": actual}, names={"o": "o"}, tolerance=FP32)
        assert [type(f) for f in made.findings] == [ShapeDiffers]


def test_integers_must_be_equal_under_any_tolerance() -> None:
    expected = np.array([100_000, 5])
    _, (finding,) = measure("o", expected, np.array([100_001, 5]), tolerance=Tolerance(9, 0.9))
    assert isinstance(finding, ValuesDiffer)


def test_large_integers_that_float64_confuses_are_told_apart() -> None:
    expected = np.array([2**53])
    _, findings = measure("o", expected, np.array([2**53 + 1]), tolerance=FP32)
    assert findings


def test_booleans_are_compared() -> None:
    _, findings = measure("o", np.array([True]), np.array([False]), tolerance=FP32)
    assert findings


def test_only_the_positions_asked_for_are_looked_at() -> None:
    expected, actual = np.zeros((2, 2)), np.zeros((2, 2))
    actual[1, 1] = 1
    where = np.array([[True, True], [True, False]])
    measured, findings = measure("o", expected, actual, tolerance=FP32, where=where)
    assert findings == []
    assert measured.elements == 3
    _, (finding,) = measure("o", expected, actual, tolerance=FP32, where=~where, region="padding")
    assert isinstance(finding, PaddingDiffers)


def test_elementwise_finds_what_a_large_neighbour_hides() -> None:
    expected, actual = np.array([1e6, 1.0]), np.array([1e6, 1.1])
    assert measure("o", expected, actual, tolerance=FP32)[1] == []
    _, (finding,) = measure("o", expected, actual, tolerance=Tolerance(1e-5, 1e-5, "elementwise"))
    assert isinstance(finding, ValuesDiffer)
    assert finding.index == (1,)


def test_half_precision_is_compared_in_float64() -> None:
    expected = np.array([1.0], np.float16)
    actual = np.array([1.001], np.float16)
    measured, _ = measure("o", expected, actual, tolerance=FP32)
    assert measured.max_abs == pytest.approx(9.765625e-4)


@pytest.mark.parametrize("numbers", [(-1, 0.1), (0.1, -1), (math.nan, 0), (0, math.inf), (0, 1.0)])
def test_a_tolerance_that_is_none_is_refused(numbers: tuple[float, float]) -> None:
    with pytest.raises(UsageError):
        Tolerance(*numbers)


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize(("part", "index"), [(1e-2, 0), (1e-2j, 1)])
def test_both_parts_of_complex_numbers_count(
    dtype: type[np.complexfloating], part: complex, index: int
) -> None:
    expected = np.array([[1 + 2j, 3 - 1j]], dtype)
    measured, findings = measure("o", expected, expected.copy(), tolerance=FP32)
    assert (measured.elements, findings) == (4, [])
    actual = expected.copy()
    actual[0, 1] += part
    _, (finding,) = measure("o", expected, actual, tolerance=FP32)
    assert isinstance(finding, ValuesDiffer)
    assert finding.index == (0, 1, index)
    assert finding.expected == [3, -1][index]


def test_an_imaginary_nan_on_one_side_is_found() -> None:
    expected = np.array([1 + 2j, 3 - 1j])
    actual = np.array([1 + 2j, complex(3, math.nan)])
    measured, (finding,) = measure("o", expected, actual, tolerance=FP32)
    assert isinstance(finding, NonFiniteDiffers)
    assert finding.index == (1, 1)
    assert measured.nan == 0


def test_the_references_nan_and_infinities_are_counted_where_they_are_looked_at() -> None:
    expected = np.array([[1, math.nan], [math.inf, -math.inf]])
    measured, findings = measure("o", expected, expected.copy(), tolerance=FP32)
    assert (measured.nan, measured.infinite, measured.non_finite, findings) == (1, 2, (0, 1), [])
    where = np.array([[True, False], [True, True]])
    measured, _ = measure("o", expected, expected.copy(), tolerance=FP32, where=where)
    assert (measured.nan, measured.infinite, measured.non_finite) == (0, 2, (1, 0))
