"""Scores to a text, greedily."""

from pathlib import Path

import numpy as np
import pytest

from parity.errors import CaseError
from parity.tasks import ctc


@pytest.fixture
def task(tmp_path: Path) -> ctc.Ctc:
    (tmp_path / "keys.txt").write_text("a\nb\n\u2028\n", "utf-8")
    return ctc.open({}, tmp_path)


def scores(path: list[int], *, height: float = 1.0) -> dict[str, np.ndarray]:
    table = np.zeros((1, len(path), 5))
    table[0, np.arange(len(path)), path] = height
    return {"y": table}


def test_repeats_and_blanks_go(task: ctc.Ctc) -> None:
    found = task.answer(scores([0, 1, 1, 0, 1, 2, 4, 2, 0]), 0, "x.png", ())
    assert found.shown == ("aab b",)
    assert found.confidence == 1.0
    assert task.answer(scores([0, 0]), 0, "", ()) == task.answer(scores([0, 0]), 0, "other", ())
    assert task.answer(scores([0, 0]), 0, "", ()).shown == ("",)


def test_how_sure_it_is_counts_characters_only(task: ctc.Ctc) -> None:
    table = np.array([[[1.0, 0, 0, 0, 0], [0, 0.6, 0.4, 0, 0], [0, 0.9, 0.1, 0, 0]]])
    assert task.answer({"y": table}, 0, "", ()).confidence == pytest.approx(0.6)


def test_loss_is_the_worst_step(task: ctc.Ctc) -> None:
    out = scores([1, 2, 0], height=0.5)
    assert task.loss(out, 0, (), (1, 2, 0)) == 0
    assert task.loss(out, 0, (), (1, 1, 0)) == 0.5


def test_a_candidate_within_the_tolerance_is_never_beyond_the_margin(task: ctc.Ctc) -> None:
    rng = np.random.default_rng(3)
    for _ in range(100):
        table = rng.normal(size=(1, 6, 5))
        near = {"y": table + rng.uniform(-0.2, 0.2, table.shape)}
        assert task.loss({"y": table}, 0, (), task.answer(near, 0, "", ()).decisions) <= 0.4


def test_the_dictionary_must_fit(task: ctc.Ctc, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="4 classes don't fit a dictionary of 5"):
        task.answer({"y": np.zeros((1, 2, 4))}, 0, "", ())
    with pytest.raises(CaseError, match=r"holds 0 \.txt files"):
        ctc.open({}, tmp_path / "none")
    with pytest.raises(CaseError, match="can't be read"):
        ctc.open({"dictionary": "gone.txt"}, tmp_path)
    (tmp_path / "odd.txt").write_text("a\n\nb\n", "utf-8")
    with pytest.raises(CaseError, match=r"odd.txt:2: an empty line"):
        ctc.open({"dictionary": "odd.txt"}, tmp_path)


def test_identity_holds_dictionary_and_blank(task: ctc.Ctc, tmp_path: Path) -> None:
    others: list[dict[str, object]] = [{"space": False}, {"blank": 3}, {"output": "z"}]
    found = {ctc.open(options, tmp_path).identity for options in others}
    assert len(found | {task.identity}) == 4
