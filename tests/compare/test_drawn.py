"""What is kept of differences for drawings is what numpy says of all of them."""

import numpy as np
import pytest

from parity.compare.drawn.chart import COLUMNS, ROWS, chart
from parity.compare.drawn.octaves import HIGHEST, LOWEST, octaves, trimmed
from parity.compare.tolerance import DEFAULTS
from parity.compare.values import measure


@pytest.mark.parametrize("count", [1, 7, 65_536, 200_001])
def test_octaves_are_numpys_histogram(count: int) -> None:
    rng = np.random.default_rng(count)
    off = np.abs(rng.normal(size=count)) * 10.0 ** rng.integers(-12, 3, size=count)
    off[:: 3 if count > 1 else 2] = 0.0
    edges = 2.0 ** np.arange(LOWEST, HIGHEST + 2)
    made = octaves(off, count)
    assert made[0] == np.count_nonzero(off == 0)
    assert made[1:].tolist() == np.histogram(off[off > 0], edges)[0].tolist()
    assert made.sum() == count


def test_the_ends_take_what_is_beyond() -> None:
    off = np.array([0.0, 5e-324, 1e-300, 2.0**LOWEST, 2.0**HIGHEST, 1e300, np.inf])
    made = octaves(off, off.size)
    assert made[0] == 2  # what is below the smallest normal number is as good as zero
    assert made[1] == 2
    assert made[-1] == 3


def test_what_was_not_compared_is_not_counted() -> None:
    expected = np.array([[1.0, np.nan, 3.0, 4.0]], np.float32)
    actual = np.array([[1.0, np.nan, 3.5, 9.0]], np.float32)
    where = np.array([[True, True, True, False]])
    measured, _ = measure("o", expected, actual, tolerance=DEFAULTS["fp32"], where=where)
    assert measured.octaves is not None
    found = trimmed(measured.octaves)
    assert (found.zero, found.lowest, found.counts) == (1, -1, (1,))
    assert measured.elements == found.zero + sum(found.counts)


def test_a_chart_holds_the_largest_of_each_rectangle() -> None:
    rng = np.random.default_rng(3)
    expected = rng.normal(size=(2, 100, 57)).astype(np.float32)
    actual = expected + rng.normal(size=expected.shape).astype(np.float32) * np.float32(1e-3)
    made = chart("o", expected, actual, index=(1, 5, 6), allowed=1e-3)
    assert made is not None
    assert (len(made.cells), len(made.cells[0])) == (ROWS, COLUMNS)
    off = np.abs(actual[1].astype(np.float64) - expected[1])
    for r in (0, 7, ROWS - 1):
        for c in (0, 11, COLUMNS - 1):
            part = off[r * 100 // ROWS : (r + 1) * 100 // ROWS,
                       c * 57 // COLUMNS : (c + 1) * 57 // COLUMNS]  # fmt: skip
            assert made.cells[r][c] == pytest.approx(part.max(), rel=6e-3)
    assert made.index == (1,)
    assert max(map(max, made.cells)) == pytest.approx(off.max(), rel=6e-3)


def test_a_chart_knows_padding_and_what_is_no_number() -> None:
    expected = np.zeros((2, 3, 2), np.float32)
    actual = expected.copy()
    expected[0, 1, 0] = actual[0, 1, 0] = np.nan
    actual[0, 2, 1] = np.nan
    valid = np.array([[True, True, False], [True, True, True]])
    made = chart("o", expected, actual, index=(0, 2, 1), allowed=1.0, valid=valid)
    assert made is not None
    assert made.padding == ("00", "00", "11")
    assert made.cells == ((0.0, 0.0), (0.0, 0.0), (0.0, np.inf))
    assert made.axes == ("position", "class")


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 0, 3)])
def test_what_has_nothing_to_draw_has_no_chart(shape: tuple[int, ...]) -> None:
    array = np.zeros(shape, np.float32)
    assert chart("o", array, array, index=(), allowed=1.0) is None
