"""Finding the few switches that mend something."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.diagnose.ladder.least import least

NAMES = tuple("abcdefghijklmnopqrst")


@pytest.mark.parametrize("guilty", ["a", "t", "k", "ab", "at", "gkt", "".join(NAMES)])
def test_exactly_those_that_are_needed_together_are_found(guilty: str) -> None:
    asked: list[Sequence[str]] = []

    def mends(off: Sequence[str]) -> bool:
        asked.append(off)
        return set(guilty) <= set(off)

    found = least(NAMES, mends)
    assert found is not None
    assert sorted(found) == sorted(guilty)
    assert len(asked) <= 1 + 6 * len(guilty)  # log2(20) and one each


def test_where_either_of_two_would_do_one_is_named() -> None:
    assert least(NAMES, lambda off: bool({"c", "f"} & set(off))) in (("c",), ("f",))


def test_what_all_together_do_not_mend_is_none_of_them() -> None:
    assert least(NAMES, lambda off: False) is None
    assert least((), lambda off: True) is None


@given(st.sets(st.sampled_from(NAMES), min_size=1), st.permutations(NAMES))
def test_whatever_the_order(guilty: set[str], names: list[str]) -> None:
    found = least(names, lambda off: guilty <= set(off))
    assert found is not None
    assert set(found) == guilty
