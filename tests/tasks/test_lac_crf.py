"""The CRF's best path, and what it says of the words."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from parity.errors import CaseError, InputError
from parity.tasks import lac_crf
from parity.tasks.lac_crf import Lexicon, viterbi


def test_the_path_is_the_best_of_all_paths() -> None:
    rng = np.random.default_rng(0)
    emissions, transitions = rng.normal(size=(2, 5, 4)), rng.normal(size=(4, 4))
    for row, length, found in zip(
        emissions, (5, 3), viterbi(emissions, transitions, lengths=[5, 3]), strict=True
    ):
        paths = itertools.product(range(4), repeat=length)
        best = max(paths, key=lambda p: score(row, transitions, p))
        assert tuple(found) == best


def score(row: np.ndarray, transitions: np.ndarray, path: tuple[int, ...]) -> float:
    steps = sum(transitions[a, b] for a, b in itertools.pairwise(path))
    return float(steps + sum(row[i, tag] for i, tag in enumerate(path)))


def test_an_empty_row_has_an_empty_path() -> None:
    assert viterbi(np.zeros((1, 2, 3)), np.zeros((3, 3)), lengths=[0]) == [[]]


def test_words_start_at_b_and_take_the_i_that_follow() -> None:
    lexicon = Lexicon({}, {}, {0: "LOC-B", 1: "LOC-I", 2: "n-B"}, np.zeros((3, 3)))
    emissions = np.eye(3)[[0, 1, 2, 0]]
    words = lac_crf.decode(emissions, "北京人沪", lexicon)
    assert [(w.text, w.label, w.start, w.end) for w in words] == [
        ("北京", "LOC", 0, 1),
        ("人", "n", 2, 2),
        ("沪", "LOC", 3, 3),
    ]
    assert [w.text for w in lac_crf.entities(words)] == ["北京", "沪"]


@pytest.mark.parametrize(
    ("emissions", "transitions", "lengths"),
    [
        (np.zeros((2, 3)), np.zeros((3, 3)), None),
        (np.zeros((1, 2, 3)), np.zeros((2, 3)), None),
        (np.zeros((1, 2, 3)), np.zeros((3, 3)), [3]),
        (np.zeros((1, 2, 3)), np.zeros((3, 3)), [1, 1]),
        (np.full((1, 2, 3), np.nan), np.zeros((3, 3)), None),
    ],
)
def test_what_does_not_fit_is_an_error(
    emissions: np.ndarray, transitions: np.ndarray, lengths: list[int] | None
) -> None:
    with pytest.raises(CaseError):
        viterbi(emissions, transitions, lengths=lengths)


def test_not_finite_past_the_length_is_not_read() -> None:
    emissions = np.zeros((1, 2, 3))
    emissions[0, 1] = np.nan
    assert viterbi(emissions, np.zeros((3, 3)), lengths=[1]) == [[0]]


def test_missing_or_foreign_dictionaries_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        lac_crf.read(tmp_path)
    for name in ("word.dic", "tag.dic", "q2b.dic"):
        (tmp_path / name).write_text("0\ta\n", "utf-8")
    np.save(tmp_path / "crf.npy", np.zeros((2, 2), np.float32))
    with pytest.raises(InputError, match="not LAC's"):
        lac_crf.read(tmp_path)


def test_fewer_emissions_than_characters_is_an_error() -> None:
    lexicon = Lexicon({}, {}, {0: "n-B"}, np.zeros((1, 1)))
    with pytest.raises(CaseError, match="1 emissions for 2 characters"):
        lac_crf.decode(np.zeros((1, 1)), "北京", lexicon)
