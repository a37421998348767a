"""Answers as spans of a text: chosen and scored as PaddleNLP does for CMRC2018.

Source: ``compute_prediction``, ``compute_exact`` and ``compute_f1`` of its
``paddlenlp/metrics/squad.py``, with the arguments of ``run_qa.py``.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BEST = 20
"""So many of the best starts go with so many of the best ends (n_best_size)."""

LONGEST = 50
"""Tokens of an answer, at most (max_answer_length)."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Scored:
    """A span in tokens: first and last, both inclusive, and the sum of their two logits."""

    first: int
    last: int
    score: float


def best(start: NDArray[Any], end: NDArray[Any], context: Bools) -> list[Scored]:
    """Spans of one row, the best first; equal ones in the order in which they are gone through.

    start, end: float (tokens), without padding. context: bool (tokens), true where a token is
    of the text that the answer is a span of. The best starts and ends are taken from all
    tokens: one that is no token of the context uses up a place, as it does there.
    Empty if no span is allowed.
    """
    starts, ends = top(start), top(end)
    found = [
        Scored(int(i), int(j), float(np.float64(start[i]) + np.float64(end[j])))
        for i in starts[context[starts]]
        for j in ends[context[ends]]
        if i <= j < i + LONGEST
    ]
    return sorted(found, key=lambda s: -s.score)


def top(logits: NDArray[Any]) -> NDArray[np.int64]:
    """The places of the ``BEST`` greatest, the greatest first, equal ones by place."""
    return np.argsort(-logits.astype(np.float64), kind="stable")[:BEST]


def exact(said: str, wanted: Sequence[str]) -> float:
    """1 if an answer is one of those wanted, without punctuation, articles and case, else 0."""
    return float(any(bare(said) == bare(w) for w in _answers(wanted)))


def f1(said: str, wanted: Sequence[str]) -> float:
    """The best F1 over the characters that an answer shares with one wanted."""
    return max(_f1(_characters(said), _characters(w)) for w in _answers(wanted))


def bare(text: str) -> str:
    """A text as it is compared."""
    kept = "".join(c for c in text.lower() if c not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", kept.strip()).split())


# As normalize_answer and remove_punctuation of the source above list it.
_PUNCTUATION = frozenset(string.punctuation + "，。：？！“”；’《》·、「」（）－～『』")
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def _answers(wanted: Sequence[str]) -> Sequence[str]:
    """Those that something is left of; a question without any wants no answer."""
    return [w for w in wanted if bare(w)] or [""]


def _characters(text: str) -> str:
    # Up to the first blank: PaddleNLP's figures for CMRC2018 are made so.
    return bare(text).partition(" ")[0]


def _f1(said: str, wanted: str) -> float:
    if not said or not wanted:
        return float(said == wanted)
    common = (Counter(said) & Counter(wanted)).total()
    if common == 0:
        return 0.0
    precision, recall = common / len(said), common / len(wanted)
    return 2 * precision * recall / (precision + recall)
