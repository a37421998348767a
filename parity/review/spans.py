"""Answers as spans of the text, where that is what they are."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from parity.shown import shown

_SPAN = re.compile(r"(?s)(?P<said>.*) \[(?P<start>\d{1,9}), (?P<end>\d{1,9})\]")

_OPEN, _CLOSE = "⟦", "⟧"
_MARKS = str.maketrans({_OPEN: "\\u27e6", _CLOSE: "\\u27e7"})


@dataclass(frozen=True)
class Span:
    """A labelled part of a text. start, end: characters, the end inclusive."""

    label: str
    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        return self.start <= other.end and other.start <= self.end


def spans(text: str, answer: tuple[str, ...]) -> tuple[Span, ...] | None:
    """The entities of an answer, as a task prints them; None where a line of it is no such thing.

    A line is believed only if the text has these words there.
    """
    found = []
    for line in answer:
        read = _SPAN.fullmatch(line)
        if read is None:
            return None
        start, end = int(read["start"]), int(read["end"])
        words = f"{text[start : end + 1]} "
        if not 0 <= start <= end < len(text) or not read["said"].startswith(words):
            return None
        found.append(Span(read["said"].removeprefix(words), start, end))
    return tuple(found)


def marked(
    text: str, answer: tuple[str, ...], same: Collection[str] = ()
) -> list[tuple[str, bool]]:
    """A text in pieces as they may be shown, each with whether it is an entity: ``⟦北京 LOC⟧``.

    same: lines of the answer that aren't to be marked. One piece where the answer is no spans of
    it. Of two that overlap the later isn't marked.
    """
    pieces, at = [], 0
    told = tuple(line for line in answer if line not in same)
    for span in sorted(spans(text, told) or (), key=lambda s: (s.start, s.end)):
        if span.start < at:
            continue
        pieces.append((_plain(text[at : span.start]), False))
        words = _plain(text[span.start : span.end + 1])
        pieces.append((f"{_OPEN}{words} {_plain(span.label)}{_CLOSE}", True))
        at = span.end + 1
    pieces.append((_plain(text[at:]), False))
    return [(piece, entity) for piece, entity in pieces if piece]


def _plain(text: str) -> str:
    """Foreign text, which can't pretend to be a mark."""
    return shown(text).translate(_MARKS)
