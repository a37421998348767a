"""A boundary feed is a point of the strategy: it can be made again, replayed and shrunk."""

import unittest
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, find, settings
from hypothesis.database import InMemoryExampleDatabase
from hypothesis.errors import NoSuchExample

from parity.errors import InputError
from parity.inputs import Example, Plan, load_tokenizer, plan, replay
from parity.inputs._source import Alphabet, ReplaySource, ScriptedSource
from parity.model.spec import Image, TensorSpec
from tests.inputs.input_models import BARE, BERT, ERNIE, FIXED, FIXED_PADDED, HUGE, LAC, TINY

KEY = b"a test"
PICTURES = (TensorSpec("x", "float32", ("n", 3, 8, 8), Image(3)),)


def same(left: Example, right: Example) -> bool:
    return set(left.feed) == set(right.feed) and all(
        np.array_equal(left.feed[name], right.feed[name]) for name in left.feed
    )


def first_of(chosen: Plan, example: Example, *phases: Phase) -> list[Example]:
    """All examples that find tries, with this one saved before."""
    database = InMemoryExampleDatabase()
    replay.save(database, KEY, example.choices)
    tried: list[Example] = []

    def condition(candidate: Example) -> bool:
        tried.append(candidate)
        return same(candidate, example)

    found = find(
        chosen.strategy(),
        condition,
        database_key=KEY,
        settings=settings(database=database, phases=phases, max_examples=20, deadline=None),
    )
    assert same(found, example)
    return tried


@pytest.mark.parametrize(
    "specs", [ERNIE, LAC, BERT, BARE, FIXED, FIXED_PADDED, HUGE, TINY, PICTURES]
)
def test_find_begins_with_the_saved_boundary_feed(specs: tuple[TensorSpec, ...]) -> None:
    chosen = plan(specs)
    for example in chosen.boundary():
        tried = first_of(chosen, example, Phase.reuse)
        assert same(tried[0], example), example.label
        assert tried[0].choices == example.choices


def test_find_begins_with_the_saved_boundary_text(vocabulary: Path) -> None:
    chosen = plan(ERNIE, tokenizer=load_tokenizer(vocabulary))
    for example in chosen.boundary():
        tried = first_of(chosen, example, Phase.reuse)
        assert same(tried[0], example), example.label
        assert tried[0].texts == example.texts


def test_every_boundary_feed_is_made_again_from_its_choices(model: tuple[TensorSpec, ...]) -> None:
    chosen = plan(model)
    for example in chosen.boundary():
        again = replay.example(chosen, example.choices)
        assert same(again, example)
        assert again.label == "replayed"


def test_a_generated_example_is_made_again_from_its_choices() -> None:
    chosen = plan(ERNIE)
    example = find(
        chosen.strategy(),
        lambda e: len(e.lengths or ()) > 2,
        settings=settings(database=None, deadline=None),
    )
    assert same(replay.example(chosen, example.choices), example)


def test_a_saved_boundary_feed_shrinks() -> None:
    """A token that only the long boundary row holds is left alone, wherever it stood."""
    chosen = plan(ERNIE)
    long = next(e for e in chosen.boundary() if e.label == "boundary: length 257, batch 1")
    token = int(long.feed["input_ids"][0, 200])
    database = InMemoryExampleDatabase()
    replay.save(database, KEY, long.choices)
    found = find(
        chosen.strategy(),
        lambda e: bool((e.feed["input_ids"] >= token).any()),
        database_key=KEY,
        settings=settings(database=database, phases=[Phase.reuse, Phase.shrink], deadline=None),
    )
    assert found.feed["input_ids"].tolist() == [[token]]


def test_each_saved_boundary_feed_shrinks_to_one_token() -> None:
    chosen = plan(ERNIE)
    for example in chosen.boundary():
        database = InMemoryExampleDatabase()
        replay.save(database, KEY, example.choices)
        found = find(
            chosen.strategy(),
            lambda e: True,
            database_key=KEY,
            settings=settings(database=database, phases=[Phase.reuse, Phase.shrink], deadline=None),
        )
        assert found.feed["input_ids"].tolist() == [[1]], example.label


def test_nothing_is_found_where_nothing_was_saved() -> None:
    # Hypothesis calls it a skipped test when it had nothing at all to try.
    with pytest.raises((NoSuchExample, unittest.SkipTest)):
        find(
            plan(ERNIE).strategy(),
            lambda e: True,
            database_key=KEY,
            settings=settings(database=InMemoryExampleDatabase(), phases=[Phase.reuse]),
        )


def test_choices_of_another_plan_are_refused() -> None:
    choices = next(plan(ERNIE).boundary()).choices
    with pytest.raises(InputError, match="don't fit"):
        replay.example(plan(PICTURES), choices)
    with pytest.raises(InputError, match="left over"):
        replay.example(plan(ERNIE), (*choices, 1))
    with pytest.raises(InputError, match="none for"):
        replay.example(plan(ERNIE), choices[:-2])


def test_a_script_that_answers_out_of_bounds_or_unasked_is_an_error() -> None:
    with pytest.raises(ValueError, match='"n" is 9'):
        ScriptedSource({"n": [9]}).integer(0, 3, "n")
    with pytest.raises(ValueError, match="not a boolean"):
        ScriptedSource({"n": [1]}).boolean("n")
    with pytest.raises(ValueError, match="outside the alphabet"):
        ScriptedSource({"n": ["é"]}).text("n", Alphabet(97, 122), min_size=0, max_size=3)
    with pytest.raises(ValueError, match="not asked: m"):
        ScriptedSource({"m": [1]}).finish()


def test_a_question_with_one_answer_is_no_choice() -> None:
    source = ReplaySource(())
    assert source.integer(3, 3, "n") == 3
    assert source.data("d", min_size=0, max_size=0) == b""
    assert source.choices == ()
