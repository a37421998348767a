"""Pairs reach the model through its tokenizer: the second is cut, characters are kept."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from parity import pairs
from parity.errors import InputError
from parity.inputs import Example, Limits, Plan, load_tokenizer, plan, read_as, replay, text
from parity.inputs.tokenizers import PairTokenizer, Tokenizer
from tests.inputs.input_models import BARE, ERNIE, LAC

LONGEST = 64


@pytest.fixture
def tokenizer(vocabulary: Path) -> Tokenizer:
    return load_tokenizer(vocabulary)


@pytest.fixture
def ernie(tokenizer: Tokenizer) -> Plan:
    return plan(ERNIE, tokenizer=tokenizer, kind="pairs", limits=Limits(max_length=LONGEST))


def check(example: Example) -> None:
    if example.texts is None:
        return  # ids by turns
    ids, kinds = example.feed["input_ids"], example.feed["token_type_ids"]
    assert example.offsets is not None
    assert example.lengths is not None
    assert ids.shape[1] == max(example.lengths) <= LONGEST
    for row, kind, line, spans, length in zip(
        ids, kinds, example.texts, example.offsets, example.lengths, strict=True
    ):
        two = pairs.split(line)
        assert two is not None
        first, second = two
        begins = len(first) + 1
        assert len(spans) == length
        assert (row[0], row[length - 1]) == (1, 2)
        assert (row[:length] == 2).sum() >= 2
        of_first = [i for i, (a, b) in enumerate(spans) if b > a and b <= len(first)]
        of_second = [i for i, (a, b) in enumerate(spans) if a >= begins]
        assert len(of_first) + len(of_second) + 3 == length
        assert all(kind[i] == 0 for i in of_first)
        assert all(kind[i] == 1 for i in of_second)
        assert (kind[length:] == 0).all()
        for i in of_second:
            a, b = spans[i]
            assert line[a:b] == second[a - begins : b - begins] != ""


def test_boundary_pairs_keep_both_texts_apart(ernie: Plan) -> None:
    texts: set[str] = set()
    for example in ernie.boundary():
        check(example)
        texts |= set(example.texts or ())
    assert "\t" in texts, "two empty ones"
    assert any(t.startswith("\t") and len(t) > 1 for t in texts)
    assert any(t.endswith("\t") and len(t) > 1 for t in texts)
    assert any(len(t) > LONGEST for t in texts), "one is cut"


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_pairs_keep_both_texts_apart(ernie: Plan, data: st.DataObject) -> None:
    example = data.draw(ernie.strategy())
    check(example)
    again = replay.example(ernie, example.choices)
    assert again.texts == example.texts


def test_both_texts_are_drawn_and_shrink_to_little(ernie: Plan) -> None:
    def wanted(example: Example) -> bool:
        two = [pairs.split(t) for t in example.texts or ()]
        return any(t is not None and len(t[0]) >= 2 and len(t[1]) >= 3 for t in two)

    quiet = settings(
        max_examples=400, database=None, phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    always = Random(1)  # noqa: S311  the same search each time
    small = find(ernie.strategy(), wanted, settings=quiet, random=always)
    assert "00\t000" in (small.texts or ())


def test_only_the_second_is_cut(tokenizer: Tokenizer) -> None:
    two = PairTokenizer(tokenizer)
    line = pairs.join("北京" * 3, "上海" * 9)
    done = two.encode([line], 12)
    assert len(done.ids[0]) == 12
    read = [line[a:b] for a, b in done.offsets[0] if b > a]
    assert "".join(read) == "北京" * 3 + "上海上"
    assert done.segments[0].tolist() == [0] * 8 + [1] * 4


def test_windows_overlap_by_the_stride_and_read_all(tokenizer: Tokenizer) -> None:
    line = pairs.join("北", "".join(chr(0x4E00 + i) for i in range(20)))
    (windows,) = PairTokenizer(tokenizer).windows([line], 12, stride=3)
    starts = [[a for a, b in spans if a >= 2] for spans in windows.offsets]
    assert [s[0] for s in starts] == [2, 7, 12, 17]
    assert starts[-1][-1] == 21
    assert all(len(i) <= 12 for i in windows.ids)
    with pytest.raises(InputError, match="can't overlap"):
        PairTokenizer(tokenizer).windows([line], 12, stride=8)
    (short,) = PairTokenizer(tokenizer).windows([line[:5]], 12, stride=8)
    assert len(short.ids) == 1


def test_a_first_text_that_leaves_no_room_is_cut_too(tokenizer: Tokenizer) -> None:
    done = PairTokenizer(tokenizer).encode([pairs.join("北京" * 30, "上海")], 10)
    assert len(done.ids[0]) == 10
    assert (done.ids[0] == 2).sum() == 2


def test_given_pairs_are_fed(tokenizer: Tokenizer) -> None:
    example = text.given(
        ERNIE, ["谁\t王五", "a\tb"], limits=Limits(max_length=32),
        tokenizer=read_as("pairs", tokenizer), label="golden 1",
    )  # fmt: skip
    check(example)
    assert example.texts == ("谁\t王五", "a\tb")
    assert read_as("text", tokenizer) is tokenizer


def test_a_text_that_is_no_pair_is_an_error(tokenizer: Tokenizer) -> None:
    with pytest.raises(InputError, match="is no pair"):
        PairTokenizer(tokenizer).encode(["北京"], 10)


def test_what_has_no_pairs_is_an_error(tokenizer: Tokenizer, lac_folder: Path) -> None:
    with pytest.raises(InputError, match="tell two texts apart"):
        plan(LAC, tokenizer=load_tokenizer(lac_folder / "word.dic"), kind="pairs")
    with pytest.raises(InputError, match="need a tokenizer"):
        plan(BARE, kind="pairs")


def test_a_tab_in_a_question_does_not_end_it() -> None:
    assert pairs.split(pairs.join("a\tb", "c\td")) == ("a b", "c\td")
    assert pairs.split("ab") is None
    assert np.array([pairs.start_of_second("ab\tc"), pairs.start_of_second("ab")]).tolist() == [
        3,
        2,
    ]
