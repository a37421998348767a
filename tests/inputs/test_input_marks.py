"""Masks with gaps, positions that don't count up, and lengths between the boundaries."""

import numpy as np
import pytest

from parity.inputs import Example, Limits, plan
from parity.inputs.boundary.between import lengths
from parity.inputs.tokens.marks import MASKS, POSITIONS, Marks
from parity.model.spec import (
    AttentionMask,
    Columns,
    Lengths,
    PositionIds,
    TensorSpec,
    TokenIds,
    Values,
)
from tests.inputs.input_models import BARE, BERT, ERNIE, LAC

POSITIONED = (*BARE, TensorSpec("places", "int64", ("batch", "length"), PositionIds(40)))


def boundary(specs: tuple[TensorSpec, ...], limits: Limits | None = None) -> dict[str, Example]:
    return {e.label.removeprefix("boundary: "): e for e in plan(specs, limits=limits).boundary()}


def test_every_unusual_mask_is_a_boundary_feed() -> None:
    found = boundary(BERT)
    assert {f"mask, {mode}" for mode in MASKS[1:]} <= set(found)
    gap = found["mask, hole"].feed["attention_mask"][0, 0, 0]
    assert gap[0] == gap[-1] == 1
    assert 0 in gap
    left = found["mask, left"]
    assert left.feed["attention_mask"][1, 0, 0].tolist() == [0] * 5 + [1] * 7
    assert (left.feed["input_ids"][1] != 0).tolist() == [False] * 5 + [True] * 7
    assert (found["mask, ones"].feed["attention_mask"] == 1).all()


def test_most_masks_are_as_callers_send_them() -> None:
    ragged = [e for e in boundary(BERT).values() if "padded" in e.label]
    assert ragged
    for example in ragged:
        counts = np.array(example.lengths)[:, None]
        mask = example.feed["attention_mask"][:, 0, 0]
        assert (mask == (np.arange(mask.shape[1]) < counts)).all()


def test_lengths_beside_a_mask_keep_padding_at_the_end() -> None:
    specs = (*BERT, TensorSpec("length", "int64", ("batch",), Lengths("input_ids")))
    assert not {"mask, left", "mask, ones"} & set(boundary(specs))


def test_every_unusual_way_of_positions_is_a_boundary_feed() -> None:
    found = boundary(POSITIONED)
    assert {f"positions, {mode}" for mode in POSITIONS[1:]} <= set(found)
    assert found["positions, shifted"].feed["places"].max() == 39
    assert found["positions, reversed"].feed["places"][0].tolist() == [*range(11, -1, -1)]
    usual = [e for label, e in found.items() if not label.startswith("positions")]
    assert all((e.feed["places"] == np.arange(e.feed["places"].shape[1])).all() for e in usual)


@pytest.mark.parametrize("mode", MASKS)
@pytest.mark.parametrize("point", [0, 7, 15])
def test_a_row_is_never_masked_out_altogether(mode: str, point: int) -> None:
    for width in range(1, 40):
        counts = np.arange(1, width + 1)
        assert Marks(mode, point=point).valid(counts, width).any(axis=1).all()


@pytest.mark.parametrize("mode", POSITIONS)
@pytest.mark.parametrize("point", [0, 7, 15])
def test_positions_stay_below_their_bound(mode: str, point: int) -> None:
    for width in range(1, 20):
        row = Marks(positions=mode, point=point).row(0, width, 20)
        assert row.min() >= 0
        assert row.max() < 20


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (("batch", "length", 1), (2, 12, 1)),
        (("batch", 1, "length"), (2, 1, 12)),
        (("batch", "length", "length"), (2, 12, 12)),
        (("batch", 1, "length", "length"), (2, 1, 12, 12)),
    ],
)
def test_masks_of_other_ranks(shape: tuple[int | str, ...], expected: tuple[int, ...]) -> None:
    specs = (*BARE, TensorSpec("mask", "float32", shape, AttentionMask("ids")))
    assert boundary(specs)["mask, hole"].feed["mask"].shape == expected


def test_turns_walk_all_lengths() -> None:
    first = set(lengths(0, 512))
    assert {20, 48, 100, 150, 192, 300, 400, 448} <= first
    assert not first & set(lengths(1, 512))
    walked = {n for turn in range(86) for n in lengths(turn, 512)}
    fixed = {e.feed["input_ids"].shape[1] for e in boundary(ERNIE).values()}
    assert walked | fixed >= set(range(1, 513))


def test_several_lengths_of_a_gap_go_on_where_the_last_turn_ended() -> None:
    apart = [n for turn in range(6) for n in lengths(turn, 512)]
    assert set(lengths(0, 512, each=3)) | set(lengths(1, 512, each=3)) == set(apart)


def test_only_what_takes_turns_changes_with_them() -> None:
    first, other = boundary(ERNIE), boundary(ERNIE, Limits(turn=1))
    both = [label for label in first if label in other and not label.startswith("the vocabulary")]
    assert len(both) > 50
    assert all(first[label].choices == other[label].choices for label in both)
    assert set(first) != set(other)


def test_every_length_is_fed_on_demand() -> None:
    found = boundary(LAC, Limits(every_length=True, max_length=60, vocabulary_tokens=0))
    assert {e.feed["token_ids"].shape[1] for e in found.values()} == set(range(1, 61))


def test_lengths_that_somebody_asks_for_are_fed() -> None:
    shapes = {e.feed["ids"].shape for e in boundary(BARE, Limits(lengths=(333,))).values()}
    assert (1, 333) in shapes


def test_the_whole_vocabulary_is_fed_where_it_is_granted() -> None:
    specs = (TensorSpec("ids", "int64", ("batch", "length"), TokenIds(20_000)),)

    def held(limits: Limits) -> set[int]:
        found = boundary(specs, limits).values()
        return {int(i) for e in found for i in np.unique(e.feed["ids"])}

    assert held(Limits(vocabulary_tokens=20_000)) == set(range(20_000))
    turns = [held(Limits(vocabulary_tokens=1000, turn=turn)) for turn in (0, 1)]
    assert all(len(turn) < 20_000 for turn in turns)
    assert len(turns[0] ^ turns[1]) > 1900


def test_rows_of_one_length_are_long_and_several_where_nothing_pads() -> None:
    shapes = {e.feed["ids"].shape for e in boundary(BARE).values()}
    assert {(3, 200), (2, 257), (3, 512)} <= shapes


def test_a_text_without_a_batch_has_one_axis() -> None:
    specs = (TensorSpec("text", "int64", ("length",), TokenIds(50)),)
    assert {e.feed["text"].ndim for e in boundary(specs).values()} == {1}
    assert max(len(e.feed["text"]) for e in boundary(specs).values()) == 512


def test_choices_stand_in_an_axis_of_their_own() -> None:
    specs = (TensorSpec("ids", "int64", ("batch", 4, "length"), TokenIds(50, 0, masked=True)),)
    shapes = {e.feed["ids"].shape for e in boundary(specs).values()}
    assert {shape[1] for shape in shapes} == {4}
    assert max(shape[0] for shape in shapes) > 1


def test_ids_from_an_offset_up_stay_there() -> None:
    specs = (TensorSpec("ids", "float32", ("batch", "length"), TokenIds(60, lowest=5)),)
    feeds = [e.feed["ids"] for e in boundary(specs).values()]
    assert min(f.min() for f in feeds) == 5
    assert max(f.max() for f in feeds) == 59


def test_columns_stay_in_their_ranges_and_in_order() -> None:
    x, y = Values(0, 200), Values(0, 9)
    specs = (
        *BARE,
        TensorSpec("box", "int64", ("batch", "length", 4), Columns(2, (x, y, x, y), ((2, 0),))),
    )
    feeds = [e.feed["box"] for e in boundary(specs).values()]
    assert max(f[..., 0].max() for f in feeds) > 150
    assert max(f[..., 1].max() for f in feeds) == 9
    assert min(int((f[..., 2].astype(int) - f[..., 0].astype(int)).min()) for f in feeds) >= 0


def test_values_that_the_graph_names_are_fed_for_certain() -> None:
    rate = TensorSpec("rate", "int64", (1,), Values(0, 48000, points=(15999, 16000, 16001)))
    for specs in ((rate,), (*BARE, rate)):
        seen = {int(v) for e in boundary(specs).values() for v in e.feed["rate"]}
        assert {15999, 16000, 16001, 0, 48000} <= seen
