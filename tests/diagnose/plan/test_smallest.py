"""Few of many are found in few trials, whatever their order."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.diagnose.plan.smallest import smallest

NAMES = tuple(f"n{i}" for i in range(200))


def counting(needed: set[str]) -> tuple[Callable[[Sequence[str]], bool], list[int]]:
    trials: list[int] = []

    def holds(keep: Sequence[str]) -> bool:
        trials.append(len(keep))
        return needed <= set(keep)

    return holds, trials


@given(st.sets(st.sampled_from(NAMES), max_size=6))
def test_exactly_what_is_needed_is_found(needed: set[str]) -> None:
    holds, trials = counting(needed)
    found = smallest(NAMES, holds, go_on=lambda: True)
    assert found is not None
    assert (set(found.names), found.minimal) == (needed, True)
    assert len(trials) < 120  # and not one by one


def test_a_good_order_costs_little() -> None:
    holds, trials = counting({"n0", "n1"})
    found = smallest(NAMES, holds, go_on=lambda: True)
    assert found is not None
    assert found.names == ("n0", "n1")
    assert len(trials) <= 12


def test_where_all_together_do_not_hold_there_is_none() -> None:
    assert smallest(NAMES, lambda keep: False, go_on=lambda: True) is None


@pytest.mark.parametrize("trials", [1, 3, 9, 20])
def test_what_runs_out_of_trials_still_holds_and_says_so(trials: int) -> None:
    holds, made = counting({"n3", "n150", "n199"})
    found = smallest(NAMES, holds, go_on=lambda: len(made) < trials)
    assert found is not None
    assert holds(found.names)
    assert not found.minimal


def test_no_single_one_of_many_that_could_stand_for_each_other_is_left() -> None:
    """Any two of three hold: one too many must go."""
    group = {"n10", "n60", "n90"}
    found = smallest(NAMES, lambda keep: len(group & set(keep)) >= 2, go_on=lambda: True)
    assert found is not None
    assert len(found.names) == 2
