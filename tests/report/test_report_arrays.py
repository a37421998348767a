"""Few numbers are shown, many are summed up, and those of pictures always."""

import numpy as np

from parity.inputs import Example
from parity.report.document import _minimal
from parity.report.values.arrays import figures, line
from parity.verify.result import Minimal


def test_few_numbers_are_shown_as_they_are() -> None:
    assert line(np.array([[3, 4]])) == "[[3, 4]]"
    assert line(np.array([0.5, -1.0], np.float32)) == "[0.5, -1.0]"
    assert line(np.array(True)) == "True"


def test_many_numbers_and_pictures_are_summed_up() -> None:
    picture = np.zeros((1, 3, 2, 2), np.float32)
    picture[0, 0, 0, 0] = 12.0
    assert line(picture, picture=True) == "min 0, mean 1, max 12"
    assert line(picture[:, :1], picture=False) == "[[[[12.0, 0.0], [0.0, 0.0]]]]"
    assert line(np.arange(65)) == "min 0, mean 32, max 64"
    assert line(np.arange(17.0)) == "min 0, mean 8, max 16"


def test_what_is_no_number_is_counted_and_left_out() -> None:
    assert line(np.array([1.0, np.nan, np.inf] * 6)) == "min 1, mean 1, max 1, 12 NaN or infinities"
    assert figures(np.array([np.nan])) is None
    assert line(np.full(20, np.nan)) == str([float("nan")] * 20)
    assert line(np.full(70, np.nan)) == "…"


def test_the_json_sums_up_what_is_too_large_to_be_listed() -> None:
    feed = {"x": np.ones((1, 3, 64, 64), np.float32), "n": np.array([2])}
    document = _minimal(Minimal(Example(feed, "own"), {}, {}, (), True, 0))
    assert document is not None
    assert document["feed"] == {
        "x": {"dtype": "float32", "shape": [1, 3, 64, 64], "values": None,
              "min": 1.0, "mean": 1.0, "max": 1.0},
        "n": {"dtype": "int64", "shape": [1], "values": [2]},
    }  # fmt: skip
