"""Sizes are learned from a reference that refuses some; the reference here is a function."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, seed, settings
from hypothesis import strategies as st

from parity.errors import InputError
from parity.inputs import Answer, Example, Limits, Plan, ScriptedPlan, plan, replay
from parity.inputs.sizes.opened import LENGTHS
from parity.model.spec import Image, Lengths, TensorSpec, Values
from parity.model.tensors import Array
from parity.verify.feeds.afford import MOST_OF_A_GAP

ANY = Values(-3, 3)
PICTURE = (TensorSpec("x", "float32", ("batch", 3, "h", "w"), Image(3)),)
STATE = (
    TensorSpec("x", "float32", ("batch", "t", 8), ANY),
    TensorSpec("h", "float32", (2, "h1", 4), ANY),
    TensorSpec("c", "float32", (2, "c1", 4), ANY),
)
WAVE = (TensorSpec("wave", "float32", ("batch", "n"), ANY),)
TOWERS = (
    TensorSpec("x", "float32", ("batch", "a", 4), ANY),
    TensorSpec("y", "float32", ("batch", "b", 4), ANY),
)

Feed = Mapping[str, Array]
Takes = Callable[[Feed], bool]


def learned(
    specs: tuple[TensorSpec, ...], takes: Takes, *, dies: bool = False
) -> tuple[Plan, tuple[str, ...], int]:
    """The plan that fits a reference, the notes, and how often it was asked."""
    asked = 0

    def ask(example: Example) -> Answer:
        nonlocal asked
        asked += 1
        if takes(example.feed):
            return Answer()
        shapes = [a.shape for a in example.feed.values()]
        return Answer(f"refused: {shapes}" + " in full" * (asked % 2), died=dies)

    chosen = plan(specs)
    assert isinstance(chosen, ScriptedPlan)
    assert chosen.learn is not None
    made, notes = chosen.learn(ask)
    return made, notes, asked


def feeds(made: Plan, count: int = 60) -> list[Feed]:
    """Boundary feeds, and drawn ones."""
    found = [e.feed for e in made.boundary()]

    @given(st.data())
    @settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    def draw(data: st.DataObject) -> None:
        found.append(data.draw(made.strategy()).feed)

    draw()
    return found


CASES: dict[str, tuple[tuple[TensorSpec, ...], Takes, str]] = {
    "any": (PICTURE, lambda f: True, ""),
    "multiples of 32": (
        PICTURE,
        lambda f: f["x"].shape[2] % 32 == 0 and f["x"].shape[3] % 32 == 0,
        "multiples of 32",
    ),
    "multiples of 14 beside any": (PICTURE, lambda f: f["x"].shape[2] % 14 == 0, "multiples of 14"),
    "squares": (PICTURE, lambda f: f["x"].shape[2] == f["x"].shape[3], "as large as"),
    "224 only": (PICTURE, lambda f: f["x"].shape[2:] == (224, 224), "224 only"),
    "one row": (PICTURE, lambda f: f["x"].shape[0] == 1, "batch: 1 only"),
    "a minimum": (WAVE, lambda f: f["wave"].shape[1] >= 7, "from 7"),
    "a late minimum": (WAVE, lambda f: f["wave"].shape[1] >= 4000, "from 4000"),
    "a maximum": (WAVE, lambda f: f["wave"].shape[1] <= 100, "up to 100"),
    "a minimum and steps": (
        WAVE, lambda f: f["wave"].shape[1] >= 33 and f["wave"].shape[1] % 4 == 3, "plus 3",
    ),
    "two that agree": (TOWERS, lambda f: f["x"].shape == f["y"].shape, "as large as"),
    "one more": (TOWERS, lambda f: f["y"].shape[1] == f["x"].shape[1] + 1, "as large as"),
    "states of the batch": (
        STATE,
        lambda f: f["x"].shape[0] == f["h"].shape[1] == f["c"].shape[1] and f["x"].shape[1] > 4,
        "as large as batch",
    ),
    "no rule": (TOWERS, lambda f: (f["x"].shape[1] * f["y"].shape[1]) % 5 < 2, "combinations"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_fed_is_what_the_reference_takes(case: str) -> None:
    specs, takes, note = CASES[case]
    made, notes, asked = learned(specs, takes)
    found = feeds(made)
    assert all(takes(feed) for feed in found)
    shapes = {tuple(a.shape for a in feed.values()) for feed in found}
    assert len(shapes) > (2 if case in ("224 only",) else 8)
    assert any(note in line for line in notes) if note else not notes
    assert asked < 150


def test_a_reference_that_dies_is_asked_less_and_its_minimum_found() -> None:
    made, notes, asked = learned(WAVE, lambda f: f["wave"].shape[1] >= 7, dies=True)
    assert any("from 7" in n for n in notes)
    assert asked < 30
    assert {feed["wave"].shape[1] for feed in feeds(made)} >= {7, 8, 512}


def test_a_reference_that_takes_nothing_is_an_error_with_its_last_words() -> None:
    with pytest.raises(InputError, match=r"refuses all of \d+ feeds .* refused: \[\("):
        learned(TOWERS, lambda f: False)


def test_learning_is_the_same_every_time() -> None:
    specs, takes, _ = CASES["no rule"]
    first, second = (learned(specs, takes) for _ in range(2))
    assert first[1:] == second[1:]
    one, other = ([e.choices for e in made.boundary()] for made, *_ in (first, second))
    assert one == other


def test_a_difference_on_a_large_picture_shrinks_to_a_small_one_with_little_on_it() -> None:
    specs, takes, _ = CASES["multiples of 32"]
    made, _, _ = learned(specs, takes)

    def bright(example: Example) -> bool:
        picture = example.feed["x"]
        return bool(picture.shape[3] > 96 and (picture != picture[0, 0, -1, -1]).any())

    found = find(
        made.strategy(), bright, settings=settings(max_examples=500, database=None, deadline=None)
    )
    picture = found.feed["x"]
    assert picture.shape == (1, 3, 32, 128)
    assert picture.std() < 0.05  # one even patch, and the grain of all pictures


def test_lengths_reach_far_and_several_rows_have_their_own() -> None:
    specs = (
        TensorSpec("v", "float32", ("batch", "t", 4), ANY),
        TensorSpec("n", "int64", ("batch",), Lengths("v")),
    )
    found = feeds(plan(specs), 40)
    widths = {f["v"].shape[1] for f in found}
    assert {1, 2, 9, 17, 64, 128, 129, 150, 300, 512} <= widths
    assert any(f["v"].shape[0] > 1 and f["v"].shape[1] > 100 for f in found)
    assert any(len(set(f["n"].tolist())) > 2 for f in found)


def test_a_cache_may_be_empty_and_others_are_not() -> None:
    specs = (
        TensorSpec("x", "float32", ("batch", 1, 4), ANY),
        TensorSpec("past", "float32", ("batch", "n", 4), ANY),
        TensorSpec("y", "float32", ("batch", "m", 4), ANY),
    )
    made, _, _ = learned(specs, lambda f: True)
    found = feeds(made)
    assert 0 in {f["past"].shape[1] for f in found}
    assert 0 not in {f["y"].shape[1] for f in found}


def test_numbers_of_no_axis_stay_so_and_vectors_go_beside_matrices() -> None:
    specs = (
        TensorSpec("speed", "float32", (), Values(0.5, 2)),
        TensorSpec("age", "float32", ("batch",), ANY),
        TensorSpec("x", "float32", ("batch", 5), ANY),
    )
    for feed in feeds(plan(specs), 20):
        assert feed["speed"].shape == ()
        assert 0.5 <= float(feed["speed"]) <= 2
        assert feed["age"].shape[0] == feed["x"].shape[0] <= 4


SERIES = (TensorSpec("x", "float32", ("batch", "t", 2), Values(-3, 3)),)


def lengths_fed(**options: object) -> set[int]:
    made = plan(SERIES, limits=Limits(**options))  # type: ignore[arg-type]
    return {example.feed["x"].shape[1] for example in made.boundary()}


def test_seeds_in_a_row_walk_all_lengths_of_a_series() -> None:
    fed = [lengths_fed(turn=turn, each_gap=MOST_OF_A_GAP) for turn in range(5)]
    assert set.union(*fed) == set(range(1, 513))
    assert max(map(len, fed)) < 200
    assert 437 not in fed[0]  # which takes turns


def test_lengths_that_the_candidate_names_are_fed() -> None:
    assert 437 not in lengths_fed()
    assert 437 in lengths_fed(lengths=(437,))
    assert lengths_fed(every_length=True) == set(range(1, 513))


def test_any_length_is_drawn_and_stays_what_it_is_for_another_seed() -> None:
    seen: dict[int, Example] = {}

    @seed(3)
    @settings(max_examples=400, database=None, deadline=None)
    @given(plan(SERIES).strategy())
    def draw(example: Example) -> None:
        seen[example.feed["x"].shape[1]] = example

    draw()
    odd = set(seen) - set(LENGTHS)
    assert odd
    for length in odd:
        other = plan(SERIES, limits=Limits(turn=4), seed=4)
        again = replay.example(other, seen[length].choices)
        np.testing.assert_array_equal(again.feed["x"], seen[length].feed["x"])


def test_another_seed_tries_other_values() -> None:
    feeds = [
        next(e.feed["x"] for e in plan(SERIES, seed=n).boundary() if "noise" in e.label)
        for n in (0, 1)
    ]
    assert feeds[0].shape == feeds[1].shape
    assert not np.array_equal(feeds[0], feeds[1])


def test_an_axis_of_samples_is_as_many_steps_long_as_others() -> None:
    assert max(lengths_fed(stride={"t": 32})) == 32 * 512
    assert max(lengths_fed(stride={"t": 4})) == 512
    assert max(lengths_fed(stride={"t": 32}, max_length=512)) == 512
