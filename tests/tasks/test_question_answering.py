"""A span of the user's context, chosen and scored as PaddleNLP does for CMRC2018."""

from pathlib import Path

import numpy as np
import pytest

from parity import pairs
from parity.errors import CaseError
from parity.tasks import _spans, question_answering

TEXT = pairs.join("谁来了", "昨天王五来了。")
NONE = (0, 0)
OFFSETS = (NONE, (0, 1), (1, 2), (2, 3), NONE, *((i, i + 1) for i in range(4, 11)), NONE)
TOKENS = len(OFFSETS)


def task() -> question_answering.QuestionAnswering:
    return question_answering.open({}, Path())


def logits(start: dict[int, float], end: dict[int, float]) -> dict[str, np.ndarray]:
    rows = np.zeros((2, 1, TOKENS))
    for row, values in zip(rows, (start, end), strict=True):
        for place, value in values.items():
            row[0, place] = value
    return {"s": rows[0], "e": rows[1]}


def test_the_answer_is_a_span_of_the_context() -> None:
    found = task().answer(logits({7: 5}, {8: 5}), 0, TEXT, OFFSETS)
    assert found.shown == ("王五 [2, 3]",)
    assert found.decisions == (7, 8)


def test_neither_the_question_nor_specials_are_answers() -> None:
    out = logits({0: 9, 1: 8, 4: 7, 7: 5}, {0: 9, 2: 8, 12: 7, 8: 5})
    assert task().answer(out, 0, TEXT, OFFSETS).shown == ("王五 [2, 3]",)


def test_an_end_before_its_start_is_none() -> None:
    out = logits({9: 9, 7: 5}, {6: 9, 8: 5})
    found = task().answer(out, 0, TEXT, OFFSETS)
    assert found.decisions[0] <= found.decisions[1]


def test_without_a_context_there_is_no_answer() -> None:
    offsets = (NONE, (0, 1), NONE, NONE)
    out = {"s": np.zeros((1, 4)), "e": np.zeros((1, 4))}
    assert task().answer(out, 0, "谁\t", offsets).shown == ("(nothing)",)
    assert task().loss(out, 0, offsets, (-1, -1)) == 0


def test_an_answer_has_fifty_tokens_at_most() -> None:
    start, end = np.zeros(80), np.zeros(80)
    start[0], end[50], end[49] = 9, 9, 5
    found = _spans.best(start, end, np.ones(80, np.bool_))[0]
    assert (found.first, found.last) == (0, 49)


def test_only_the_twenty_best_starts_and_ends_count() -> None:
    start = np.concatenate([np.arange(30, 9, -1.0), np.zeros(9)])
    outside = np.ones(30, np.bool_)
    outside[:20] = False  # of the question: they use up all places
    assert _spans.best(start, start, outside) == []
    outside[19] = True
    assert [(s.first, s.last) for s in _spans.best(start, start, outside)] == [(19, 19)]


def test_equal_spans_come_in_the_order_of_their_starts() -> None:
    flat = np.zeros(5)
    found = _spans.best(flat, flat, np.ones(5, np.bool_))
    assert [(s.first, s.last) for s in found[:3]] == [(0, 0), (0, 1), (0, 2)]


def test_loss_is_for_each_logit_that_differs() -> None:
    out = logits({7: 5, 9: 4}, {8: 5, 10: 3})
    assert task().loss(out, 0, OFFSETS, (7, 8)) == 0
    assert task().loss(out, 0, OFFSETS, (7, 10)) == 2
    assert task().loss(out, 0, OFFSETS, (9, 10)) == pytest.approx(1.5)


@pytest.mark.parametrize("tokens", [12, 60])
def test_a_candidate_within_the_tolerance_is_never_beyond_the_margin(tokens: int) -> None:
    """With sixty tokens a start may fall out of the twenty best, and its span with it."""
    rng = np.random.default_rng(3)
    text = pairs.join("q", "x" * (tokens - 4))
    offsets = (NONE, (0, 1), NONE, *((i, i + 1) for i in range(2, tokens - 2)), NONE)
    flips = 0
    for _ in range(300):
        rows = {name: rng.normal(scale=0.3, size=(1, tokens)) for name in "se"}
        near = {n: a + rng.uniform(-0.1, 0.1, a.shape) for n, a in rows.items()}
        other = task().answer(near, 0, text, offsets)
        mine = task().answer(rows, 0, text, offsets)
        loss = task().loss(rows, 0, offsets, other.decisions)
        assert loss <= 0.2 + 1e-12
        flips += mine.shown != other.shown
    assert flips > 20


def test_the_best_window_answers() -> None:
    later = (NONE, (0, 1), NONE, *((i, i + 1) for i in range(7, 10)), NONE)
    one = task().window(logits({7: 5}, {8: 5}), 0, TEXT, OFFSETS)
    rows = {name: np.zeros((1, 7)) for name in "se"}
    rows["s"][0, 4], rows["e"][0, 5] = 6, 4.5
    other = task().window(rows, 0, TEXT, later)
    assert task().best_of(TEXT, [one, other]).shown == ("来了 [4, 5]",)
    rows["e"][0, 5] = 4  # as good as the first: the earlier one wins
    even = task().window(rows, 0, TEXT, later)
    assert task().best_of(TEXT, [one, even]).shown == ("王五 [2, 3]",)
    assert task().best_of(TEXT, []).shown == ("(nothing)",)


def test_what_was_kept_decodes_alike() -> None:
    out = logits({7: 5}, {8: 5})
    again = task().unkept(task().kept(out, 0, OFFSETS), ["s", "e"])
    assert task().answer(again, 0, TEXT, OFFSETS) == task().answer(out, 0, TEXT, OFFSETS)


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(CaseError, match="needs start and end"):
        task().answer({"s": np.zeros((1, TOKENS))}, 0, TEXT, OFFSETS)
    with pytest.raises(CaseError, match="expected"):
        task().answer({"s": np.zeros((1, 3)), "e": np.zeros((1, 3))}, 0, TEXT, OFFSETS)
    with pytest.raises(CaseError, match="not finite"):
        task().answer(logits({7: np.nan}, {}), 0, TEXT, OFFSETS)
    with pytest.raises(CaseError, match="is no pair"):
        task().answer(logits({}, {}), 0, "谁来了", OFFSETS)
    with pytest.raises(CaseError, match="go together"):
        question_answering.open({"start": "s"}, Path())
    with pytest.raises(CaseError, match='are both "s"'):
        question_answering.open({"start": "s", "end": "s"}, Path())


# Made by PaddleNLP's compute_exact and compute_f1 (is_whitespace_splited=False) themselves.
SCORES = [
    ("上海", ("上海",), 1, 1.0),
    ("上海市", ("上海",), 0, 0.8),
    ("《上海》。", ("上海",), 1, 1.0),
    ("北京", ("上海", "北京市"), 0, 0.8),
    ("", ("上海",), 0, 0.0),
    ("The Who", ("who",), 1, 1.0),
    ("上海上", ("海上",), 0, 0.8),
    ("", ("。",), 1, 1.0),
    ("1978年 5月", ("1978年",), 0, 1.0),
]


@pytest.mark.parametrize(("said", "wanted", "exact", "f1"), SCORES)
def test_scores_are_paddlenlps(said: str, wanted: tuple[str, ...], exact: int, f1: float) -> None:
    assert _spans.exact(said, wanted) == exact
    assert _spans.f1(said, wanted) == pytest.approx(f1)
