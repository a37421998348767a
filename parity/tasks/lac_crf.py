"""Baidu LAC's decoding: characters to ids, emissions to words, parts of speech and entities.

The network gives emissions; the best path under the CRF's transitions is found
here, in float64, so that the decoder adds no difference of its own.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.errors import CaseError, InputError
from parity.model.tensors import Outputs
from parity.tasks import Answer, Decoder, Offsets
from parity.tasks._entity import Entity
from parity.tasks._options import closed, places, row_of
from parity.tasks._options import text as text_option

ENTITIES = ("PER", "LOC", "ORG", "TIME")
UNKNOWN = "OOV"


@dataclass(frozen=True)
class Lexicon:
    """LAC's dictionaries.

    words: character -> id. widths: full-width or traditional character -> the
    one that words knows. tags: id -> tag, such as "LOC-B". transitions: float
    (tags, tags), from row to column.
    """

    words: Mapping[str, int]
    widths: Mapping[str, str]
    tags: Mapping[int, str]
    transitions: NDArray[np.float64]

    def ids(self, text: str) -> NDArray[np.int64]:
        """One id a character, int64 (len(text),)."""
        unknown = self.words[UNKNOWN]
        found = [self.words.get(self.widths.get(c, c), unknown) for c in text]
        return np.array(found, np.int64)


def read(folder: Path) -> Lexicon:
    """``word.dic``, ``q2b.dic``, ``tag.dic`` and ``crf.npy`` of a folder. Raises InputError."""
    try:
        words = {word: int(number) for number, word in _pairs(folder / "word.dic")}
        # LAC writes some ids twice, the general tag first: the entity's name wins.
        tags = {int(number): tag for number, tag in _pairs(folder / "tag.dic")}
        widths = dict(_pairs(folder / "q2b.dic"))
        transitions = np.load(folder / "crf.npy", allow_pickle=False).astype(np.float64)
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: LAC's dictionaries can't be read: {error}") from error
    if UNKNOWN not in words or transitions.ndim != 2 or len(set(transitions.shape)) != 1:
        raise InputError(f"{folder}: these are not LAC's dictionaries")
    return Lexicon(words, widths, tags, transitions)


def viterbi(
    emissions: NDArray[Any], transitions: NDArray[Any], *, lengths: Sequence[int] | None = None
) -> list[list[int]]:
    """Best tag path of each row: (batch, seq, tags) -> one list of its length for each row.

    Ties go to the lower tag. Raises CaseError if the shapes don't fit, a length
    is outside the sequence, or a valid emission is not finite.
    """
    if emissions.ndim != 3 or transitions.shape != (emissions.shape[2],) * 2:
        raise CaseError(
            f"emissions {emissions.shape} and transitions {transitions.shape} don't fit together"
        )
    batch, longest, _ = emissions.shape
    lengths = [longest] * batch if lengths is None else lengths
    if len(lengths) != batch or any(not 0 <= n <= longest for n in lengths):
        raise CaseError(f"lengths {list(lengths)} don't fit emissions {emissions.shape}")
    return [
        _path(row[:length].astype(np.float64), transitions)
        for row, length in zip(emissions, lengths, strict=True)
    ]


def decode(emissions: NDArray[Any], text: str, lexicon: Lexicon) -> list[Entity]:
    """Every word of one text with its part of speech or entity label.

    emissions: (seq, tags), seq at least len(text). ``entities`` picks the names.
    """
    if len(emissions) < len(text):
        raise CaseError(f"{len(emissions)} emissions for {len(text)} characters")
    path = viterbi(emissions[None], lexicon.transitions, lengths=[len(text)])[0]
    words: list[Entity] = []
    for position, number in enumerate(path):
        # An id that tag.dic doesn't list is read as a noun, as LAC does.
        label, _, place = lexicon.tags.get(number, "n-B").rpartition("-")
        if words and place == "I":
            start, label = words[-1].start, words[-1].label
            words.pop()
        else:
            start = position
        words.append(Entity(label or place, start, position, text[start : position + 1]))
    return words


def entities(words: Sequence[Entity]) -> list[Entity]:
    """The people, places, organisations and times among the words."""
    return [word for word in words if word.label in ENTITIES]


def _path(emissions: NDArray[np.float64], transitions: NDArray[Any]) -> list[int]:
    if not len(emissions):
        return []
    if not np.isfinite(emissions).all():
        raise CaseError("emissions are not finite: no path can be read from them")
    best, came_from = emissions[0], []
    for emission in emissions[1:]:
        scores = best[:, None] + transitions
        came_from.append(scores.argmax(axis=0))
        best = scores.max(axis=0) + emission
    path = [int(best.argmax())]
    for origin in reversed(came_from):
        path.append(int(origin[path[-1]]))
    return path[::-1]


def _pairs(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text("utf-8").split("\n")
    return [(a, b) for a, tab, b in (line.partition("\t") for line in lines) if tab]


OPTIONS = ("output",)


@dataclass(frozen=True)
class Lac(Decoder):
    """Words and entities out of emissions (batch, seq, 59) and the lexicon's transitions."""

    lexicon: Lexicon
    digest: str
    output: str | None = None

    @property
    def identity(self) -> str:
        """Hash of dictionaries and transitions."""
        named = f" of {self.output}" if self.output else ""
        return f"lac_crf{named} dictionaries {self.digest}"

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """People, places, organisations and times; a decision is the tag of a character."""
        # Longer texts are cut: what the model did not see has no words.
        seen = text[: _characters(offsets)]
        emissions = row_of(outputs, self.output, row, 3)
        words = decode(emissions, seen, self.lexicon)
        found = tuple(entities(words))
        path = viterbi(emissions[None], self.lexicon.transitions, lengths=[len(seen)])[0]
        return Answer(tuple(map(str, found)), tuple(path), entities=found)

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """What a detour scores less than the best path, a step on average: the worst detour.

        Between two tags that both paths share, each is free to take the other's
        way, so that each such detour stands for itself. Its score is a sum over its
        steps, each of which may be off by what is allowed.
        """
        emissions = row_of(outputs, self.output, row, 3)[: _characters(offsets)]
        emissions = emissions.astype(np.float64)
        places(decisions, emissions)
        best = _path(emissions, self.lexicon.transitions)
        whole = self._score(emissions, best)
        worst = 0.0
        for first, end in _detours(best, decisions):
            other = [*best[:first], *decisions[first:end], *best[end:]]
            worst = max(worst, (whole - self._score(emissions, other)) / (end - first))
        return worst

    def _score(self, logits: NDArray[np.float64], path: list[int]) -> float:
        if not path:
            return 0.0
        emitted = logits[np.arange(len(path)), path].sum()
        return float(emitted + self.lexicon.transitions[path[:-1], path[1:]].sum())


def _characters(offsets: Offsets) -> int:
    """Characters that were fed, one a token; a text of none is fed as a token without any."""
    return max((end for _, end in offsets), default=0)


def _detours(path: Sequence[int], other: Sequence[int]) -> list[tuple[int, int]]:
    """Where two paths part: [start, end) of each stretch."""
    parted = [False, *(a != b for a, b in zip(path, other, strict=True)), False]
    starts = [i for i in range(len(path)) if parted[i + 1] and not parted[i]]
    ends = [i + 1 for i in range(len(path)) if parted[i + 1] and not parted[i + 2]]
    return list(zip(starts, ends, strict=True))


def open(options: Mapping[str, object], folder: Path) -> Lac:  # noqa: A001  the contract's name
    """See parity.tasks. The dictionaries lie beside the model. Options: output."""
    closed(options, OPTIONS, "lac_crf")
    lexicon = read(folder)
    digest = hashlib.sha256(
        repr([sorted(d.items()) for d in (lexicon.words, lexicon.tags, lexicon.widths)]).encode()
        + lexicon.transitions.tobytes()
    ).hexdigest()[:16]
    return Lac(lexicon, digest, text_option(options, "output", None))
