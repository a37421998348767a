"""Right and wrong, measured by outputs that are known to be wrong."""

import numpy as np
import pytest

from parity.compare.noticed import BeyondRounding
from parity.compare.tolerance import DEFAULTS
from parity.diagnose.ladder.yardstick import Yardstick, yardstick
from parity.model.tensors import Array

ONES = np.ones((2, 3), np.float32)


def of(off: float | Array, **also: object) -> Yardstick:
    made = yardstick(
        {"y": ONES}, {"z": ONES + np.asarray(off, np.float32)},
        names={"y": "z"}, tolerance=DEFAULTS["fp32"], **also,  # type: ignore[arg-type]
    )  # fmt: skip
    assert made is not None
    return made


def right(yard: Yardstick, off: float) -> bool:
    return yard.judge({"z": ONES + np.float32(off)}).right


@pytest.mark.parametrize(
    ("off", "mended", "not_mended"),
    [
        (1.0, 1e-6, 0.5),
        (1.0, 1e-3, 0.02),  # a hundredth of a large difference may be another rounding
        (1.5e-5, 1e-6, 8e-6),  # barely a finding: to be below the tolerance isn't enough
    ],
)
def test_right_is_what_is_far_nearer(off: float, mended: float, not_mended: float) -> None:
    assert right(of(off), mended)
    assert not right(of(off), not_mended)
    assert of(off).off == pytest.approx(off, rel=1e-2)


def test_a_missing_output_another_shape_or_nan_is_never_right() -> None:
    yard = of(1.0)
    assert not yard.judge({}).right
    assert not yard.judge({"z": ONES[:1]}).right
    assert not yard.judge({"z": np.full_like(ONES, np.nan)}).right
    assert yard.judge({}).off == np.inf


def test_float64_is_compared_as_what_it_stands_for() -> None:
    assert of(1.0).judge({"z": ONES.astype(np.float64)}).right
    assert not of(1.0).judge({"z": ONES.astype(np.int64)}).right


def test_nan_and_shape_of_the_wrong_ones_are_mended_by_the_right_ones() -> None:
    nan = of(np.array([0, 0, np.nan]))
    assert nan.off == np.inf
    assert right(nan, 0.0)
    assert not right(nan, 1.0)
    shape = yardstick({"y": ONES}, {"z": ONES[:1]}, names={"y": "z"}, tolerance=DEFAULTS["fp32"])
    assert shape is not None
    assert right(shape, 0.0)
    assert not right(shape, 1.0)


def test_what_failed_altogether_is_mended_by_right_outputs_only() -> None:
    yard = yardstick({"y": ONES}, {}, names={"y": "z"}, tolerance=DEFAULTS["fp32"])
    assert yard is not None
    assert right(yard, 0.0)
    assert not right(yard, 1.0)
    assert not yard.judge({}).right


def test_beyond_rounding_is_held_against_rounding() -> None:
    finding = BeyondRounding("y", (0, 0), 1, 1, 8e-6, 1e-5, 1e-8, 800, 100)
    yard = of(8e-6, findings=[finding])
    assert yard.beyond
    assert right(yard, 1e-9)
    assert not right(yard, 4e-6)


def test_where_all_is_equal_there_is_no_measure() -> None:
    assert yardstick({"y": ONES}, {"z": ONES}, names={"y": "z"}, tolerance=DEFAULTS["fp32"]) is None


def test_within_the_tolerance_it_is_known_that_nothing_is_beyond() -> None:
    assert not of(1e-6).beyond


def test_padding_is_measured_by_its_own_tolerance() -> None:
    valid = {"y": np.array([[True, True, False], [True, True, True]])}
    off = np.zeros((2, 3), np.float32)
    off[0, 2] = 1.0  # at padding only
    yard = of(off, valid=valid)
    assert {region for _, region in yard.limits} == {"padding"}
    assert right(yard, 0.0)


def test_whole_numbers_must_be_the_same() -> None:
    whole = ONES.astype(np.int64)
    yard = yardstick({"y": whole}, {"z": whole + 100}, names={"y": "z"}, tolerance=DEFAULTS["fp32"])
    assert yard is not None
    assert yard.judge({"z": whole}).right
    for off in (1, 99, 100):
        assert not yard.judge({"z": whole + off}).right
