"""Every status is reached, and nothing compared is no pass."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from parity.model.tensors import Outputs
from parity.sweep.answers import Answers
from parity.sweep.judge import Judged, judge

RNG = np.random.default_rng(0)
GOOD = [{"fetch_name_0": RNG.standard_normal((2, 3)).astype(np.float32)} for _ in range(3)]


def answers(outputs: Sequence[Outputs | None], why: str = "") -> Answers:
    return Answers(tuple(outputs), tuple("" if o is not None else why for o in outputs))


def unknown(_: int) -> Outputs | None:
    return None


def judged(candidate: Sequence[Outputs | None], **more: Any) -> Judged:
    return judge(answers(GOOD), answers(candidate, "died"), unknown, **more)


def changed(**arrays: Any) -> list[Outputs | None]:
    return [*GOOD[:2], {"fetch_name_0": GOOD[2]["fetch_name_0"], **arrays}]


def test_the_same_is_right() -> None:
    found = judged(GOOD)
    assert (found.status, found.feeds, found.elements) == ("right", 3, 18)


def test_rounding_of_the_last_place_is_right() -> None:
    near = [{n: a * np.float32(1 + 1e-7) for n, a in o.items()} for o in GOOD]
    assert judged(near).status == "right"


@pytest.mark.parametrize(
    ("array", "status"),
    [
        (GOOD[2]["fetch_name_0"] + np.float32(0.01), "values"),
        (GOOD[2]["fetch_name_0"] * np.float32(np.nan), "values"),
        (GOOD[2]["fetch_name_0"].reshape(3, 2), "shape"),
        (GOOD[2]["fetch_name_0"].astype(np.float64), "dtype"),
    ],
)
def test_one_feed_that_differs_is_enough(array: Any, status: str) -> None:
    found = judged(changed(fetch_name_0=array))
    assert (found.status, found.at) == (status, 2)
    assert found.reason.startswith("feed 2: ")


def test_a_feed_that_ends_it_is_a_failure() -> None:
    found = judged([*GOOD[:2], None])
    assert (found.status, found.reason) == ("fails", "feed 2: died")


def test_what_does_not_load_is_no_pass() -> None:
    failed = Answers((None,) * 3, ("no",) * 3, opened=False, failed="no")
    assert judge(answers(GOOD), failed, unknown).status == "unloadable"


def test_an_output_more_is_found() -> None:
    assert judged(changed(more=np.zeros(1, np.float32))).status == "values"


def test_a_feed_that_the_reference_refuses_is_left_out() -> None:
    reference = answers([GOOD[0], None, GOOD[2]], "no")
    found = judge(reference, answers(GOOD), unknown)
    assert (found.status, found.feeds) == ("right", 2)


@pytest.mark.parametrize(
    "outputs",
    [
        [None, None, None],
        [{"y": np.zeros((2, 3), np.float32)}] * 3,
        [{"y": np.full((2, 3), np.nan, np.float32)}] * 3,
        [{"y": np.zeros((0, 3), np.float32)}] * 3,
    ],
    ids=["none", "all zero", "all NaN", "empty"],
)
def test_what_would_pass_for_anything_is_unjudged(outputs: Sequence[Outputs | None]) -> None:
    assert judge(answers(outputs, "no"), answers(outputs, "no"), unknown).status == "unjudged"


def test_noise_excuses_what_rounding_explains_and_no_more() -> None:
    off = [{n: a + np.float32(1e-3) for n, a in o.items()} for o in GOOD]
    loud = {"fetch_name_0": np.full((2, 3), 5e-4, np.float32)}
    quiet = {"fetch_name_0": np.full((2, 3), 1e-6, np.float32)}
    assert judge(answers(GOOD), answers(off), lambda _: loud).status == "right"
    assert judge(answers(GOOD), answers(off), lambda _: quiet).status == "values"


def test_where_noise_is_unknown_a_little_more_passes_for_paddle_itself() -> None:
    off = [{n: a + np.float32(5e-5) for n, a in o.items()} for o in GOOD]
    assert judged(off).status == "values"
    assert judged(off, unmeasured=10.0).status == "right"
    assert judged(off, unmeasured=1.5).status == "values"
