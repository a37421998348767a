"""Feeds of ids stay in the domain, reach its edges, and shrink to what is small."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from parity.errors import InputError, UsageError
from parity.inputs import Example, Limits, plan
from parity.inputs.tokens.layout import layout
from parity.model.spec import (
    AttentionMask,
    Image,
    Lengths,
    PositionIds,
    SegmentIds,
    TensorSpec,
    TokenIds,
    Values,
)
from tests.inputs.input_models import (
    BARE,
    BERT,
    ERNIE,
    FIXED,
    FIXED_PADDED,
    HUGE,
    LAC,
    MODELS,
    TINY,
)

Specs = tuple[TensorSpec, ...]


def check(specs: Specs, example: Example, limits: Limits) -> None:
    """Assert everything that a feed of ids promises."""
    sizes = layout(specs, limits)
    lead = sizes.ids[0]
    ids = example.feed[lead.name]
    assert set(example.feed) == {s.name for s in specs}
    batch, width = ids.shape
    assert 1 <= batch <= sizes.batch
    assert 1 <= width <= sizes.furthest
    assert example.lengths is not None
    assert len(example.lengths) == batch
    assert all(1 <= n <= width for n in example.lengths)
    if not sizes.ragged:
        assert set(example.lengths) == {width}
    counts = np.array(example.lengths)[:, None]
    valid = np.arange(width) < counts
    if any(isinstance(spec.domain, AttentionMask) for spec in specs):
        # A mask may have gaps, and may have its padding on the left.
        mask = next(example.feed[s.name] for s in specs if isinstance(s.domain, AttentionMask))
        mask = mask.reshape(batch, width).astype(bool)
        assert mask.any(axis=1).all()
        on_the_left = np.arange(width) >= width - counts
        if (mask == on_the_left).all():
            valid = on_the_left
    for spec in specs:
        array = example.feed[spec.name]
        assert array.dtype == np.dtype(spec.dtype)
        assert array.flags.c_contiguous
        assert array.ndim == len(spec.shape)
        for want, have in zip(spec.shape, array.shape, strict=True):
            assert want == have or isinstance(want, str)
        if isinstance(spec.domain, TokenIds):
            assert array.min() >= 0
            assert array.max() < spec.domain.vocabulary
            assert (array[~valid] == (spec.domain.pad or 0)).all()
        if isinstance(spec.domain, SegmentIds):
            assert array.min() >= 0
            assert array.max() < spec.domain.kinds
        if isinstance(spec.domain, Lengths):
            assert array.tolist() == list(example.lengths)


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_feeds_stay_in_the_domain(name: str, data: st.DataObject) -> None:
    limits = Limits(max_batch=3)
    check(MODELS[name], data.draw(plan(MODELS[name], limits=limits).strategy()), limits)


def test_boundary_feeds_stay_in_the_domain(model: Specs) -> None:
    examples = list(plan(model).boundary())
    assert examples
    for example in examples:
        check(model, example, Limits())


def test_boundary_feeds_have_distinct_labels_and_the_cheap_ones_come_first(model: Specs) -> None:
    examples = list(plan(model).boundary())
    assert len({e.label for e in examples}) == len(examples)
    sizes = [next(iter(e.feed.values())).size for e in examples if "column" not in e.label]
    assert sizes == sorted(sizes)


def test_boundary_feeds_are_the_same_each_time() -> None:
    first, second = list(plan(ERNIE).boundary()), list(plan(ERNIE).boundary())
    other = list(plan(ERNIE, seed=1).boundary())
    assert [e.choices for e in first] == [e.choices for e in second]
    assert [e.choices for e in first] != [e.choices for e in other]


def test_boundary_lengths_hold_powers_of_two_their_neighbours_and_the_longest() -> None:
    shapes = {e.feed["input_ids"].shape for e in plan(ERNIE).boundary()}
    wanted = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129}
    assert {(1, n) for n in wanted | {255, 256, 257, 511, 512}} <= shapes
    assert {shape for shape in shapes if shape[1] > 512} == {(1, 2048)}


def test_the_longest_row_of_the_position_table_is_fed_unless_the_user_bounds_the_length() -> None:
    told = plan(ERNIE, limits=Limits(max_length=512)).boundary()
    assert max(e.feed["input_ids"].shape[1] for e in told) == 512
    small = plan(ERNIE, limits=Limits(max_tokens=1000)).boundary()
    assert max(e.feed["input_ids"].shape[1] for e in small) == 1000
    unbounded = plan(LAC).boundary()
    assert max(e.feed["token_ids"].shape[1] for e in unbounded) == 512


def test_few_generated_feeds_are_longer_than_usual() -> None:
    widths: list[int] = []

    # With a seed: left to itself Hypothesis now and then draws the same long row many times.
    @seed(0)
    @settings(max_examples=200, deadline=None, database=None, phases=[Phase.generate])
    @given(plan(ERNIE).strategy())
    def run(example: Example) -> None:
        widths.append(example.feed["input_ids"].shape[1])

    run()
    assert len(widths) >= 200
    assert sum(width > 512 for width in widths) <= 4


def test_a_single_row_has_no_columns_of_padding() -> None:
    """Nobody pads a single sentence."""
    for model, name in ((LAC, "token_ids"), (ERNIE, "input_ids")):
        alone = plan(model, limits=Limits(max_batch=1))

        def surplus(example: Example, name: str = name) -> bool:
            return bool(example.feed[name].shape[1] > max(example.lengths or ()))

        assert not any(map(surplus, alone.boundary()))
        with pytest.raises(NoSuchExample):
            find(alone.strategy(), surplus, settings=settings(max_examples=200, database=None))
        assert find(plan(model).strategy(), surplus, settings=settings(database=None))


def test_a_position_bound_cuts_the_lengths_and_is_reached() -> None:
    widths = {e.feed["input_ids"].shape[1] for e in plan(BERT).boundary()}
    assert max(widths) == 64
    longer = plan(ERNIE, limits=Limits(max_length=4000, max_tokens=4000))
    assert max(e.feed["input_ids"].shape[1] for e in longer.boundary()) == 2048


def test_boundary_feeds_hold_padded_rows_in_both_orders() -> None:
    lengths = {e.lengths for e in plan(ERNIE).boundary()}
    assert {(1, 2), (3, 1), (16, 5, 1), (128, 3), (129, 17)} <= lengths


def test_a_boundary_feed_has_a_column_of_padding_only() -> None:
    assert any(max(e.lengths or ()) < e.feed["input_ids"].shape[1] for e in plan(ERNIE).boundary())


def test_boundary_feeds_hold_the_first_and_the_last_ids() -> None:
    seen = {int(i) for e in plan(ERNIE).boundary() for i in np.unique(e.feed["input_ids"])}
    assert set(range(64)) | set(range(40000 - 64, 40000)) <= seen


def test_boundary_feeds_hold_every_kind_of_segments() -> None:
    rows = [e.feed["token_type_ids"][0] for e in plan(ERNIE).boundary()]
    assert {0, 1, 3} <= {int(r[0]) for r in rows if len(r) > 8 and len(set(r.tolist())) == 1}
    assert any((np.diff(r) == 1).sum() == 1 and set(r.tolist()) == {0, 1} for r in rows)
    assert any(set(r.tolist()) == {0, 1, 2, 3} for r in rows)


def test_a_boundary_feed_has_every_segment_far_from_the_start_and_beside_padding() -> None:
    feeds = [e for e in plan(ERNIE).boundary() if e.lengths and min(e.lengths) < max(e.lengths)]
    assert any({0, 1, 2, 3} <= set(e.feed["token_type_ids"][:, 400:].ravel()) for e in feeds)


def test_boundary_feeds_hold_large_batches_of_long_rows_and_equal_rows() -> None:
    examples = list(plan(ERNIE).boundary())
    shapes = {e.feed["input_ids"].shape for e in examples}
    assert {(4, 128), (3, 512)} <= shapes
    assert any(
        len(rows) == 2 and np.array_equal(*rows)
        for rows in (e.feed["input_ids"] for e in examples)
        if rows.shape[1] > 1
    )


def test_the_pad_id_stands_inside_a_row_in_some_boundary_feeds_only() -> None:
    inside = [
        e.label
        for e in plan(ERNIE).boundary()
        if any(
            (row[:n] == 0).any()
            for row, n in zip(e.feed["input_ids"], e.lengths or (), strict=True)
        )
    ]
    assert any("pad id" in label for label in inside)
    assert all(("pad" in s) or ("first" in s) or ("ends" in s) for s in inside)


def test_boundary_rows_hold_varied_ids() -> None:
    row = next(e for e in plan(ERNIE).boundary() if e.label == "boundary: length 128, batch 1")
    assert len(np.unique(row.feed["input_ids"])) > 100


def test_one_row_at_most_when_the_batch_is_limited_to_one() -> None:
    limits = Limits(max_batch=1)
    chosen = plan(ERNIE, limits=limits)
    assert {e.feed["input_ids"].shape[0] for e in chosen.boundary()} == {1}
    with pytest.raises(NoSuchExample):
        smallest(chosen.strategy(), lambda e: e.feed["input_ids"].shape[0] > 1, tries=50)


def test_generation_reaches_long_rows_and_the_last_ids() -> None:
    strategy = plan(ERNIE).strategy()
    wanted: tuple[Callable[[Example], bool], ...] = (
        lambda e: e.feed["input_ids"].shape[1] > 128,
        lambda e: bool(e.feed["input_ids"].max() >= 40000 - 10),
        lambda e: e.feed["input_ids"].shape[0] == 4,
    )
    for condition in wanted:
        assert condition(find(strategy, condition, settings=quick(300, Phase.generate)))


def quick(tries: int, *phases: Phase) -> settings:
    return settings(max_examples=tries, database=None, deadline=None, phases=phases)


def smallest(
    strategy: st.SearchStrategy[Example], condition: Callable[[Example], bool], tries: int = 500
) -> Example:
    return find(strategy, condition, settings=quick(tries, Phase.generate, Phase.shrink))


def test_a_bad_id_shrinks_to_one_row_of_one_token_and_the_smallest_bad_id() -> None:
    example = smallest(plan(ERNIE).strategy(), lambda e: bool(e.feed["input_ids"].max() >= 39990))
    assert example.feed["input_ids"].tolist() == [[39990]]
    assert example.feed["token_type_ids"].tolist() == [[0]]


def test_padding_shrinks_to_rows_of_one_and_two() -> None:
    example = smallest(plan(ERNIE).strategy(), lambda e: len(set(e.lengths or ())) > 1)
    assert sorted(example.lengths or ()) == [1, 2]
    assert example.feed["input_ids"].max() == 1


def test_a_length_past_128_shrinks_to_129_of_the_simplest_ids() -> None:
    example = smallest(plan(ERNIE).strategy(), lambda e: max(e.lengths or ()) > 128)
    assert example.feed["input_ids"].shape == (1, 129)
    assert set(example.feed["input_ids"].ravel().tolist()) == {1}


def test_a_pad_id_inside_shrinks_to_that_alone() -> None:
    def inside(e: Example) -> bool:
        rows = zip(e.feed["input_ids"], e.lengths or (), strict=True)
        return any((row[:n] == 0).any() for row, n in rows)

    example = smallest(plan(ERNIE).strategy(), inside)
    assert example.feed["input_ids"].tolist() == [[0]]


def test_rows_without_a_pad_id_have_one_length() -> None:
    example = smallest(plan(BARE).strategy(), lambda e: e.feed["ids"].shape[0] > 1)
    assert example.feed["ids"].tolist() == [[0], [0]]


def test_fixed_sizes_are_kept() -> None:
    for specs, shape in ((FIXED, (2, 16)), (FIXED_PADDED, (1, 128)), (HUGE, (96, 256))):
        assert {e.feed["ids"].shape for e in plan(specs).boundary()} == {shape}


def test_labels_say_the_shape_that_is_fed() -> None:
    for specs in (ERNIE, FIXED, FIXED_PADDED, HUGE):
        for example in plan(specs).boundary():
            if example.label.startswith("boundary: length ") and example.lengths:
                length, batch = example.lengths[0], len(example.lengths)
                assert example.label == f"boundary: length {length}, batch {batch}"


def test_a_vocabulary_of_one_id_can_be_fed() -> None:
    assert next(plan(TINY).boundary()).feed["ids"].tolist() == [[0]]


def test_lac_lengths_follow_the_rows() -> None:
    example = smallest(plan(LAC).strategy(), lambda e: 5 in e.feed["length"])
    assert example.feed["length"].tolist() == [5]


def test_positions_bound_the_length_and_count_up() -> None:
    specs = (
        *BARE,
        TensorSpec("position_ids", "int64", ("batch", "length"), PositionIds(10)),
    )
    for example in plan(specs).boundary():
        batch, width = example.feed["ids"].shape
        assert width <= 10
        if "positions," in example.label:
            continue  # an unusual way, by its name
        assert example.feed["position_ids"].tolist() == [list(range(width))] * batch


def test_other_inputs_share_the_batch_and_the_length() -> None:
    specs = (*BARE, TensorSpec("weights", "float32", ("batch", "length"), Values(0, 1)))
    for example in plan(specs).boundary():
        assert example.feed["weights"].shape == example.feed["ids"].shape


@pytest.mark.parametrize(
    ("specs", "message"),
    [
        ((), "no inputs"),
        ((TensorSpec("ids", "int64", ("b", "c", 2, "s"), TokenIds(9)),), "expected \\(batch, le"),
        ((TensorSpec("ids", "bool", ("b", "s"), TokenIds(9)),), "must be numbers"),
        ((TensorSpec("ids", "int64", ("b", "s"), TokenIds(0)),), "vocabulary is 0"),
        ((TensorSpec("ids", "int64", ("b", "s"), TokenIds(9, pad=9)),), "outside the vocabulary"),
        ((TensorSpec("ids", "int64", ("b", 8), TokenIds(9, None, 4)),), "allows 4 positions"),
        ((TensorSpec("ids", "int64", ("b", 0), TokenIds(9)),), "is 0"),
        ((*BARE, TensorSpec("n", "int64", ("b",), Lengths("other"))), "holds no token ids"),
        ((*BARE, TensorSpec("x", "int64", ("b", 3))), "which values are meaningful"),
        (
            (
                TensorSpec("a", "int64", (1, "s"), TokenIds(9)),
                TensorSpec("b", "int64", (2, "s"), TokenIds(9)),
            ),
            "disagree on the batch",
        ),
    ],
)
def test_inputs_that_make_no_sense_are_refused(specs: Specs, message: str) -> None:
    with pytest.raises(InputError, match=message):
        list(plan(specs).boundary())


def test_unknown_kinds_and_bad_limits_are_usage_errors() -> None:
    with pytest.raises(UsageError, match='did you mean "ids"'):
        plan(BARE, kind="idz")
    with pytest.raises(UsageError, match="max_batch is 0"):
        Limits(max_batch=0)


def test_a_picture_beside_words_is_filled_in_its_own_ways() -> None:
    specs = (
        TensorSpec("words", "int64", ("batch", "sequence"), TokenIds(500)),
        TensorSpec("image", "float32", ("batch", 3, 64, 64), Image(3)),
    )
    pictures = [e.feed["image"] for e in plan(specs).boundary()]
    assert len(pictures) > 20
    assert len({p.tobytes() for p in pictures}) > 2


def test_each_input_of_kinds_has_all_of_its_own() -> None:
    """The day of a week and the month of a year: one isn't held within the other's few."""
    shape = ("batch", "length")
    specs = (
        TensorSpec("items", "int64", shape, TokenIds(300)),
        TensorSpec("day", "int64", shape, SegmentIds(7)),
        TensorSpec("month", "int64", shape, SegmentIds(12)),
        TensorSpec("other", "int64", shape, SegmentIds(7)),
    )
    fed: dict[str, set[int]] = {spec.name: set() for spec in specs}
    apart = False
    for example in plan(specs, limits=Limits(4, 64), tokenizer=None, seed=0).boundary():
        for name, values in example.feed.items():
            fed[name] |= set(np.unique(values).tolist())
        apart |= bool((example.feed["day"] != example.feed["other"]).any())
    assert fed["day"] == fed["other"] == set(range(7))
    assert fed["month"] == set(range(12))
    assert apart, "inputs of as many kinds may be taken for one another"
