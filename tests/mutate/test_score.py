"""A score is of what could be told; over none there is none."""

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from parity.api.measuring.mutating import Mutated
from parity.errors import UsageError
from parity.model.spec import Signature, TensorSpec
from parity.mutate import rare
from parity.mutate.run import classes
from parity.mutate.score import Fate, Mutant, Score
from parity.report import mutate as report
from tests.schemas.test_documents import problems


def score(*fates: Fate) -> Score:
    mutants = tuple(
        Mutant("row", f"row {at}", fate, shape={"x": (2, 3)}) for at, fate in enumerate(fates)
    )
    return Score("case", 0, mutants, 10, 20, 2.0, 1.0)


def test_equivalent_same_and_unloadable_ones_are_not_counted() -> None:
    found = score("killed", "killed", "survived", "equivalent", "same", "unloadable", "broken")
    assert (found.killed, found.counted) == (2, 3)
    assert found.share == pytest.approx(2 / 3)


@pytest.mark.parametrize("fates", [(), ("same", "unloadable"), ("equivalent", "broken")])
def test_over_none_there_is_no_score_and_no_pass(fates: tuple[Fate, ...]) -> None:
    found = score(*fates)
    assert found.share is None
    assert not Mutated(found).passed
    assert "no score" in report.totals(found)
    assert "none" in report.badge(found)


def test_the_least_score_is_a_rule() -> None:
    found = score("killed", "killed", "killed", "survived")
    assert Mutated(found, 0.75).passed
    assert not Mutated(found, 0.76).passed


def test_documents_hold_and_the_badge_is_there() -> None:
    found = score("killed", "survived")
    assert problems("mutate", report.document(found, passed=True, least=0.5)) == []
    assert "**mutation score: 50.0%** (1/2, seed 0)" in report.markdown(found)
    assert problems("mutate", report.document(score(), passed=False, least=None)) == []


def test_what_is_to_be_noted_is_told_everywhere() -> None:
    found = replace(score("killed"), notes=("3 feeds aren't kept",))
    assert report.survivors(found) == ["note: 3 feeds aren't kept"]
    assert "note: 3 feeds aren't kept" in report.markdown(found).replace("&#x27;", "'")
    assert report.document(found, passed=True, least=None)["notes"] == ["3 feeds aren't kept"]


def test_an_unknown_class_lists_the_known() -> None:
    with pytest.raises(UsageError, match="row"):
        classes(["rwo"])


def test_a_rare_fault_shows_on_its_inputs_only() -> None:
    fault = rare._id("ids", 7)
    outputs = {"y": np.ones((2, 3), np.float32)}
    same = rare.moved(fault, {"ids": np.array([[1, 2], [3, 4]])}, outputs)
    assert np.array_equal(same["y"], outputs["y"])
    moved = rare.moved(fault, {"ids": np.array([[1, 2], [7, 4]])}, outputs)["y"]
    assert np.array_equal(moved[0], outputs["y"][0])
    assert (moved[1] != outputs["y"][1]).all()


@pytest.mark.parametrize(
    "array",
    [np.array([[0, 4], [3, 1]]), np.array([[True, False], [False, True]]), np.array([0, 1], "u1")],
)
def test_whole_numbers_are_answered_wrongly_too(array: Any) -> None:
    """A model may answer labels and nothing else."""
    fault = rare._id("ids", 7)
    moved = rare.moved(fault, {"ids": np.array([[1], [7]])}, {"y": array})["y"]
    assert np.array_equal(moved[0], array[0])
    assert (moved[1] != array[1]).all()


@pytest.mark.parametrize(("shape", "certain"), [(("N", 4), True), ((1, 4), False)])
def test_a_row_that_a_fixed_batch_has_not_is_no_certain_fault(
    shape: tuple[int | str, ...], certain: bool
) -> None:
    spec = TensorSpec("x", "float32", shape)
    faults = rare.draw(Signature((spec,), (), ()), None, None, random.Random(0))  # noqa: S311
    assert [f.certain for f in faults if f.kind == "batch"] == [certain]


def test_a_model_without_inputs_of_a_kind_has_no_such_faults() -> None:
    assert list(rare.draw(Signature((), (), ()), None, None, random.Random(0))) == []  # noqa: S311
