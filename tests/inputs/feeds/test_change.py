"""Changes of a feed are feeds, and shrink to what makes the feed fail."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase

from parity.errors import InputError
from parity.inputs import Example, plan, replay
from parity.inputs.feeds import Own, SeededPlan
from parity.inputs.feeds.fit import fitted
from parity.inputs.feeds.values import flat, moved
from parity.model.spec import (
    AttentionMask,
    Extent,
    Image,
    Indices,
    Lengths,
    OneOf,
    PositionIds,
    SegmentIds,
    TensorSpec,
    TokenIds,
    Values,
    Waveform,
)
from parity.model.tensors import Feed
from parity.verify.unbiased import unbiased

RANDOM = np.random.default_rng(5)
TEXT = (
    TensorSpec("ids", "int64", ("n", "t"), TokenIds(90, 0, masked=True)),
    TensorSpec("kinds", "int64", ("n", "t"), SegmentIds(2)),
    TensorSpec("places", "int64", (1, "t"), PositionIds(64)),
    TensorSpec("mask", "float32", ("n", 1, 1, "t"), AttentionMask("ids")),
    TensorSpec("len", "int64", ("n",), Lengths("ids")),
)
LENGTHS = np.array([11, 3, 7])
VALID = np.arange(11) < LENGTHS[:, None]
TEXTS = {
    "ids": np.where(VALID, RANDOM.integers(1, 90, (3, 11)), 0),
    "kinds": RANDOM.integers(0, 2, (3, 11)),
    "places": np.arange(11)[None],
    "mask": VALID[:, None, None].astype(np.float32),
    "len": LENGTHS,
}
PICTURE = (TensorSpec("x", "float32", ("n", 3, "h", "w"), Image(3)),)
PICTURES = {"x": RANDOM.uniform(-2, 2, (4, 3, 96, 70)).astype(np.float32)}
MIXED = (
    TensorSpec("s", "float32", ("n", "t"), Waveform(), (Extent("t", 1, 20, 50),)),
    TensorSpec("r", "int64", (), OneOf((8000, 16000))),
    TensorSpec("state", "float32", (2, "n", 4), Values(-1, 1)),
    TensorSpec("flags", "bool", ("n", 5)),
    TensorSpec("bytes", "uint8", ("n", "t"), Values(0, 255)),
)
ALL_SORTS = {
    "s": RANDOM.uniform(-1, 1, (2, 40)).astype(np.float32),
    "r": np.array(16000),
    "state": RANDOM.uniform(-1, 1, (2, 2, 4)).astype(np.float32),
    "flags": RANDOM.random((2, 5)) < 0.5,
    "bytes": RANDOM.integers(0, 256, (2, 40)).astype(np.uint8),
}
GRAPH = (
    TensorSpec("nodes", "float32", ("n", 4), Values(-3, 3)),
    TensorSpec("edges", "int64", (2, "e"), Indices("nodes")),
)
EDGES: Feed = {
    "nodes": RANDOM.uniform(-3, 3, (7, 4)).astype(np.float32),
    "edges": RANDOM.integers(0, 7, (2, 9)),
}
MODELS: dict[str, tuple[tuple[TensorSpec, ...], Feed]] = {
    "text": (TEXT, TEXTS),
    "pictures": (PICTURE, PICTURES),
    "mixed": (MIXED, ALL_SORTS),
    "graph": (GRAPH, EDGES),
}


def seeded(name: str) -> SeededPlan:
    specs, feed = MODELS[name]
    base = plan(specs) if name != "text" else plan(specs[:2])
    return SeededPlan(base, (Own("a.npz", feed), Own("b.npz", feed)), specs)


@pytest.mark.parametrize("name", MODELS)
def test_the_feeds_come_unchanged_and_each_is_a_point_of_the_strategy(name: str) -> None:
    chosen = seeded(name)
    feed = MODELS[name][1]
    found = list(chosen.feeds())
    assert [e.label for e in found] == ["own feed a.npz", "own feed b.npz"]
    for example in found:
        again = replay.example(chosen, example.choices)
        for made in (example.feed, again.feed):
            assert made.keys() == feed.keys()
            for key, array in made.items():
                np.testing.assert_array_equal(array, feed[key])
                assert array.dtype == feed[key].dtype
    if name == "text":
        assert found[0].lengths == (11, 3, 7)


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_change_is_a_feed_of_the_same_inputs(name: str, data: st.DataObject) -> None:
    chosen = seeded(name)
    specs, feed = MODELS[name]
    example = data.draw(chosen.strategy())
    if not example.choices[0]:
        assert "from" not in example.label
        return
    assert example.label in ("generated, from a.npz", "generated, from b.npz")
    fitted(example.feed, specs, "changed")
    again = replay.example(chosen, example.choices).feed
    for spec in specs:
        array = example.feed[spec.name]
        assert array.flags.c_contiguous
        np.testing.assert_array_equal(array, again[spec.name])
        if array.dtype.kind == "f":
            assert np.isfinite(array).all()
            reach = np.abs(feed[spec.name]).max()
            assert np.abs(array).max() <= max(reach, 3)
    if name == "text":
        mask = example.feed["mask"][:, 0, 0] != 0
        np.testing.assert_array_equal(mask.sum(axis=1), example.feed["len"])
        np.testing.assert_array_equal(mask, example.feed["ids"] != 0)
        np.testing.assert_array_equal(example.lengths, example.feed["len"])
        assert example.lengths is not None
        assert min(example.lengths) > 0


def test_a_single_feed_is_not_asked_for() -> None:
    specs, feed = MODELS["pictures"]
    (example,) = SeededPlan(plan(specs), (Own("a.npz", feed),), specs).feeds()
    np.testing.assert_array_equal(example.feed["x"], feed["x"])


def shrunk(chosen: SeededPlan, fails: Callable[[Example], bool]) -> Example:
    """As a verification shrinks: from a feed as it was brought."""
    first = next(chosen.feeds())
    assert fails(first)
    database = InMemoryExampleDatabase()
    replay.save(database, b"key", first.choices)
    configure = settings(
        phases=[Phase.reuse, Phase.shrink], database=database, max_examples=9999, deadline=None
    )
    return find(chosen.closely.strategy(), fails, settings=configure, database_key=b"key")


def test_most_of_what_is_drawn_keeps_much_of_a_feed() -> None:
    chosen, kept = seeded("pictures"), []

    @seed(0)
    @settings(max_examples=200, phases=[Phase.generate], database=None, deadline=None)
    @given(example=chosen.strategy())
    def draw(example: Example) -> None:
        if example.choices[0]:
            kept.append(float((example.feed["x"] != 0).sum() / PICTURES["x"].size))

    with unbiased():
        draw()
    assert len(kept) > 80
    assert np.mean(np.array(kept) > 0.5) > 0.4


def test_a_picture_shrinks_to_the_box_that_fails() -> None:
    spot = PICTURES["x"][2, 1, 50:53, 40:42]

    def fails(example: Example) -> bool:
        x = example.feed["x"]
        at = np.lib.stride_tricks.sliding_window_view(x[:, 1], (3, 2), axis=(1, 2))
        return bool((at == spot).all(axis=(-1, -2)).any())

    found = shrunk(seeded("pictures"), fails).feed["x"]
    assert found.shape == (1, 3, 32, 32)
    assert (found != 0).sum() == spot.size


def test_a_text_shrinks_to_one_short_row_of_simple_ids() -> None:
    wanted = TEXTS["ids"][2, 4]

    def fails(example: Example) -> bool:
        ids = example.feed["ids"]
        return ids.shape[1] > 4 and bool((ids[:, 4] == wanted).any() and "mask" in example.feed)

    found = shrunk(seeded("text"), fails).feed
    assert found["ids"].tolist() == [[1, 1, 1, 1, wanted]]
    assert found["len"].tolist() == [5]


def test_boundary_feeds_of_the_other_plan_are_kept() -> None:
    chosen = seeded("pictures")
    for mine, other in zip(chosen.boundary(), chosen.base.boundary(), strict=True):
        assert mine.label == other.label
        np.testing.assert_array_equal(mine.feed["x"], other.feed["x"])
        np.testing.assert_array_equal(
            replay.example(chosen, mine.choices).feed["x"], other.feed["x"]
        )


@pytest.mark.parametrize("domain", [TokenIds(9, lowest=3), TokenIds(9, 3, lowest=3)])
def test_ids_that_begin_above_0_stay_there(domain: TokenIds) -> None:
    spec = TensorSpec("ids", "int64", ("n", "t"), domain)
    ids = np.array([[3, 5, 8, 7, 4, 6]] * 4)
    made = [flat(spec, ids), *(moved(spec, ids, w + 1, s) for w in range(2) for s in range(40))]
    assert min(array.min() for array in made) == 3
    assert max(array.max() for array in made) == 8
    for array in made[: 1 if domain.pad else 0]:  # padding stays where it is
        np.testing.assert_array_equal(array == 3, ids == 3)
    fitted({"ids": ids}, [spec], "own.npz")
    with pytest.raises(InputError, match=r"ids\[0, 0\] is 2, but ids are from 3 to 8"):
        fitted({"ids": ids - 1}, [spec], "own.npz")
