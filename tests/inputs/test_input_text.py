"""Texts reach the model through its tokenizer, with the user's characters kept."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from parity.errors import InputError
from parity.inputs import Example, Limits, Plan, load_tokenizer, plan
from parity.inputs.tokens.pieces import ODD, pieces
from parity.model.spec import TensorSpec, TokenIds
from tests.inputs.input_models import BARE, ERNIE, LAC, WORDS


@pytest.fixture
def ernie(vocabulary: Path) -> Plan:
    return plan(ERNIE, tokenizer=load_tokenizer(vocabulary), kind="text")


def check(example: Example, longest: int) -> None:
    ids = example.feed["input_ids"]
    assert example.texts is not None
    assert example.offsets is not None
    assert example.lengths is not None
    assert len(example.texts) == len(example.offsets) == len(example.lengths) == len(ids)
    assert ids.shape[1] == max(example.lengths) <= longest
    assert ids.min() >= 0
    assert ids.max() < len(WORDS)
    for row, text, spans, length in zip(
        ids, example.texts, example.offsets, example.lengths, strict=True
    ):
        assert len(spans) == length
        assert row[0] == 1
        assert row[length - 1] == 2
        assert (row[length:] == 0).all()
        assert all(0 <= start <= end <= len(text) for start, end in spans)


def test_boundary_texts_keep_rows_offsets_and_padding_together(ernie: Plan) -> None:
    for example in ernie.boundary():
        check(example, 512)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_texts_keep_rows_offsets_and_padding_together(
    ernie: Plan, data: st.DataObject
) -> None:
    check(data.draw(ernie.strategy()), 512)


def test_boundary_texts_hold_what_tokenizers_stumble_over(ernie: Plan) -> None:
    texts = {t for e in ernie.boundary() for t in e.texts or ()}
    joined = "".join(texts)
    assert "" in texts
    for part in ("北", "Ａ", "😀", "\u200d", "\u0301", "\x00", "\u3000", "＋", "𠮷", "[CLS]"):
        assert part in joined
    assert any(len(e.texts or ()) == 2 and len(set(e.lengths or ())) == 2 for e in ernie.boundary())


def test_a_long_text_is_cut(vocabulary: Path) -> None:
    chosen = plan(
        ERNIE, tokenizer=load_tokenizer(vocabulary), kind="text", limits=Limits(max_length=16)
    )
    long = next(e for e in chosen.boundary() if "as long as can be" in e.label)
    assert long.lengths == (16,)
    assert len((long.texts or ("",))[0]) > 16


def test_generation_reaches_chinese_emoji_and_several_rows(ernie: Plan) -> None:
    for wanted in ("北", "😀", "\u0301"):

        def holds(example: Example, part: str = wanted) -> bool:
            texts = example.texts or ()
            return len(texts) > 1 and part in "".join(texts)

        tries = settings(max_examples=3000, database=None, phases=[Phase.generate])
        assert holds(find(ernie.strategy(), holds, settings=tries))


def test_a_failing_text_shrinks_to_the_shortest(ernie: Plan) -> None:
    token = WORDS.index("北")
    found = find(
        ernie.strategy(),
        lambda e: bool((e.feed["input_ids"] == token).any()),
        settings=settings(max_examples=1000, database=None, deadline=None),
    )
    assert found.texts == ("北",)


def test_text_and_ids_by_turns_with_a_tokenizer(vocabulary: Path) -> None:
    chosen = plan(ERNIE, tokenizer=load_tokenizer(vocabulary))
    assert chosen.name == "mixed"
    kinds = {e.texts is None for e in chosen.boundary()}
    assert kinds == {True, False}
    special = next(e for e in chosen.boundary() if "every special" in e.label)
    assert {0, 1, 2, 3, 4} <= set(special.feed["input_ids"].ravel().tolist())


def test_an_empty_text_of_a_tokenizer_without_specials_is_one_token(lac_folder: Path) -> None:
    chosen = plan(LAC, tokenizer=load_tokenizer(lac_folder), kind="text")
    empty = next(e for e in chosen.boundary() if e.texts == ("",))
    assert empty.feed["length"].tolist() == [1]
    assert empty.offsets == (((0, 0),),)


def test_a_tokenizer_with_more_ids_than_the_model_is_refused(vocabulary: Path) -> None:
    small = (TensorSpec("ids", "int64", ("b", "s"), TokenIds(10)),)
    for kind in ("text", "ids", None):
        with pytest.raises(InputError, match=f"{len(WORDS)} ids, but ids takes 10"):
            plan(small, tokenizer=load_tokenizer(vocabulary), kind=kind)


def test_a_tokenizer_that_pads_with_another_id_is_refused(vocabulary: Path) -> None:
    other = (TensorSpec("ids", "int64", ("b", "s"), TokenIds(100, 7, masked=True)),)
    with pytest.raises(InputError, match="pads with id 0, but the model masks out 7"):
        plan(other, tokenizer=load_tokenizer(vocabulary))


def test_text_without_a_tokenizer_or_with_too_short_a_model_is_refused(vocabulary: Path) -> None:
    with pytest.raises(InputError, match="need a tokenizer"):
        plan(BARE, kind="text")
    short = (TensorSpec("ids", "int64", ("b", 1), TokenIds(100)),)
    with pytest.raises(InputError, match="empty text has 2 tokens"):
        plan(short, tokenizer=load_tokenizer(vocabulary), kind="text")


def test_fixed_sizes_are_filled_up_with_padding(vocabulary: Path) -> None:
    fixed = (TensorSpec("ids", "int64", (3, 20), TokenIds(100, 0)),)
    for example in plan(fixed, tokenizer=load_tokenizer(vocabulary), kind="text").boundary():
        assert example.feed["ids"].shape == (3, 20)
        assert len(example.texts or ()) == 3


def test_pieces_hold_letters_the_odd_and_the_vocabulary() -> None:
    table = pieces(WORDS).table
    assert table[0] == "a"
    assert set(ODD) <= set(table[:256])
    assert {"北", "京", "cafe"} <= set(table)
    assert pieces(()).table


def test_ids_of_texts_have_the_dtype_of_the_model(vocabulary: Path) -> None:
    narrow = (TensorSpec("ids", "int32", ("b", "s"), TokenIds(100, 0)),)
    for example in plan(narrow, tokenizer=load_tokenizer(vocabulary)).boundary():
        assert example.feed["ids"].dtype == np.int32
