"""Floats, pictures and other tensors."""

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from parity.errors import InputError
from parity.inputs import Limits, plan
from parity.inputs.boundary import between, tensors
from parity.model.spec import AttentionMask, Image, Lengths, PositionIds, TensorSpec, Values

PICTURES = (TensorSpec("x", "float32", ("n", 3, "h", 64), Image(3, -1, 2)),)
VECTORS = (
    TensorSpec("v", "float32", ("n", "t", 4), Values(-2, 2)),
    TensorSpec("n", "int64", ("n",), Lengths("v")),
    TensorSpec("m", "int64", ("n", "t"), AttentionMask("v")),
    TensorSpec("p", "int64", (1, "t"), PositionIds(8)),
    TensorSpec("w", "int32", ("t",), Values(3, 9)),
    TensorSpec("b", "bool", ("n", 2)),
)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_values_stay_in_the_range_and_shapes_fit_together(data: st.DataObject) -> None:
    example = data.draw(plan(VECTORS).strategy())
    feed = example.feed
    batch, length, _ = feed["v"].shape
    assert 1 <= batch <= 4
    assert feed["m"].shape == (batch, length)
    assert feed["p"].tolist() == [list(range(length))]
    assert feed["m"].sum(axis=1).tolist() == feed["n"].tolist() == list(example.lengths or ())
    assert max(example.lengths or ()) == length
    assert (feed["v"][feed["m"] == 0] == 0).all()
    assert np.abs(feed["v"]).max() <= 2
    assert feed["w"].min() >= 3
    assert feed["w"].max() <= 9
    for spec in VECTORS:
        assert feed[spec.name].dtype == np.dtype(spec.dtype)
        assert feed[spec.name].flags.c_contiguous


def test_boundary_pictures_look_natural_in_all_sizes_and_hardly_any_is_flat() -> None:
    examples = list(plan(PICTURES).boundary())
    assert {e.feed["x"].shape[0] for e in examples} == {1, 3}
    pictures = [row for e in examples for row in e.feed["x"]]
    heights = {p.shape[1] for p in pictures}
    assert {32, 48, 320, 640} < heights
    assert any(h % 2 for h in heights)
    assert all(p.min() >= -1 and p.max() <= 2 for p in pictures)
    assert sum(p.std() < 0.05 for p in pictures) <= 2
    assert len({len(np.unique(p)) > 100 for p in pictures}) == 2


def test_sides_between_the_usual_ones_come_by_turns() -> None:
    def labels(turn: int) -> list[str]:
        made = tensors.scripts(PICTURES, PICTURES, Limits(turn=turn), 0)
        return [s.label for s in made if "h " in s.label]

    first, second = labels(0), labels(1)
    assert len(first) == len(second)
    assert len({*second} - {*first}) == 2
    free = list(range(33, 320))
    assert {n for turn in range(144) for n in between.some(free, turn, each=2)} == {*free}


def test_a_bad_value_shrinks_to_one_row_and_little_else() -> None:
    found = find(
        plan(VECTORS[:1]).strategy(),
        lambda e: bool((e.feed["v"] > 1).any() and (e.feed["v"] == 0).any()),
        settings=settings(max_examples=500, database=None, deadline=None),
    )
    assert found.feed["v"].shape[0] == 1
    assert found.feed["v"].size <= 8
    assert (found.feed["v"] != 0).sum() <= 2


def test_single_elements_are_drawn_one_by_one() -> None:
    found = find(
        plan(VECTORS[:1]).strategy(),
        lambda e: bool(e.choices[2] == 1 and e.feed["v"][0, 0, 2] > 1),
        settings=settings(max_examples=3000, database=None, deadline=None),
    )
    assert found.feed["v"].shape == (1, 1, 4)
    assert found.feed["v"][0, 0, :2].tolist() == [0, 0]


def test_a_fixed_batch_is_kept() -> None:
    fixed = (TensorSpec("x", "float32", (7, 2)),)
    assert {e.feed["x"].shape for e in plan(fixed, limits=Limits(max_batch=2)).boundary()} == {
        (7, 2)
    }


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (TensorSpec("x", "int64", ("n", 2)), "which values are meaningful"),
        (TensorSpec("x", "float32", ("n", 2), Values(1, 0)), "no value is in"),
        (TensorSpec("x", "int64", ("n", 2), Values(0.2, 0.8)), "no value is in"),
        (TensorSpec("x", "float32", ("n", -1)), "axis 1 is -1"),
        (TensorSpec("x", "complex64", ("n", 2)), "no values are known for dtype"),
        (TensorSpec("x", "int64", ("n",), Lengths("y")), "which is no input"),
    ],
)
def test_inputs_of_unknown_values_are_refused(spec: TensorSpec, message: str) -> None:
    with pytest.raises(InputError, match=message):
        list(plan((spec,)).boundary())
