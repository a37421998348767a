"""Question answering: two rows of logits, and a question with its context, to a span of that.

Texts are pairs (``parity.pairs``): the answer is a span of the context, as its user wrote it.
How it is chosen, see ``parity.tasks._spans``. Options: start, end (names of the outputs; the
model's first two by default).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import pairs
from parity.errors import CaseError
from parity.model.tensors import Outputs
from parity.tasks import Answer, Decoder, Offsets
from parity.tasks._options import closed, decoded, text
from parity.tasks._spans import BEST, Scored, best, top

OPTIONS = ("start", "end")
NOTHING = "(nothing)"
NO_SPAN = (-1, -1)
"""Decisions where no span is allowed."""


@dataclass(frozen=True)
class QuestionAnswering(Decoder):
    """A span out of start and end logits, (batch, tokens) each."""

    start: str | None = None
    end: str | None = None

    @property
    def identity(self) -> str:
        """The rule."""
        named = f" of {self.start},{self.end}" if self.start else ""
        return f"question_answering cmrc2018{named}"

    def outputs(self, names: Sequence[str]) -> tuple[str, ...]:
        if self.start and self.end:
            return self.start, self.end
        if len(names) < 2:
            raise CaseError(
                f"task question_answering: needs start and end logits; outputs: {', '.join(names)}"
            )
        return names[0], names[1]

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """The answer and its first and last character in the context; decisions are its tokens."""
        found = self.spans(outputs, row, offsets, text)
        if not found:
            return Answer((NOTHING,), NO_SPAN)
        return self.shown(text, offsets, found[0])

    def window(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> "Window":
        """The spans of one window over a long context."""
        return Window(tuple(self.spans(outputs, row, offsets, text)), offsets)

    def best_of(self, text: str, windows: Sequence["Window"]) -> Answer:
        """The answer by all windows of a text: the best span, of equal ones the earlier."""
        found = [(span, window) for window in windows for span in window.spans[:1]]
        if not found:
            return Answer((NOTHING,), NO_SPAN)
        span, window = max(found, key=lambda both: both[0].score)
        return self.shown(text, window.offsets, span)

    def spans(self, outputs: Outputs, row: int, offsets: Offsets, text: str) -> list[Scored]:
        """All spans that are allowed, the best first."""
        if pairs.split(text) is None:
            raise CaseError(
                f"task question_answering: {text[:40]!r} is no pair of question and context; "
                'its inputs need kind = "pairs"'
            )
        start, end = self._logits(outputs, row, offsets)
        return best(start, end, context(offsets, pairs.start_of_second(text)))

    def shown(self, text: str, offsets: Offsets, span: Scored) -> Answer:
        """A span as its user sees it."""
        # Offsets count in the whole line; the answer is a span of the context.
        before = pairs.start_of_second(text)
        first, last = offsets[span.first][0], offsets[span.last][1]
        line = f"{text[first:last]} [{first - before}, {last - before - 1}]"
        return Answer((line,), (span.first, span.last))

    def kept(self, outputs: Outputs, row: int, offsets: Offsets) -> NDArray[Any]:
        return np.stack(self._logits(outputs, row, offsets))

    def unkept(self, kept: NDArray[Any], names: Sequence[str]) -> Outputs:
        return {name: kept[None, i] for i, name in enumerate(self.outputs(names))}

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """What the other span scores less, for one of the logits in which it differs.

        To be preferred, it must reach the best starts and ends if it isn't among them, and
        each span that scores more must be overtaken, or fall out of those.
        """
        if len(decisions) != 2 or not all(-1 <= d < len(offsets) for d in decisions):
            raise CaseError(f"task question_answering: decisions {decisions} are no span")
        start, end = (a.astype(np.float64) for a in self._logits(outputs, row, offsets))
        lines = (_Line(start), _Line(end))
        allowed = context(offsets, _context_of(offsets))
        other = None if decisions == NO_SPAN else decisions
        worst = 0.0
        if other is not None:
            worst = max(line.entry(place) for line, place in zip(lines, other, strict=True))
            score = start[other[0]] + end[other[1]]
        for span in best(start, end, allowed):
            places = (span.first, span.last)
            if places == other:
                break
            ways = [line.exit(place) for line, place in zip(lines, places, strict=True)]
            if other is not None:
                apart = sum(a != b for a, b in zip(places, other, strict=True))
                ways.append((span.score - score) / apart)
            worst = max(worst, min(ways))
        return float(worst)

    def _logits(
        self, outputs: Outputs, row: int, offsets: Offsets
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        rows = []
        for name in self.outputs(list(outputs)):
            array = decoded(outputs, name)
            if array.ndim != 2 or row >= len(array) or array.shape[1] < len(offsets):
                raise CaseError(
                    f"task question_answering: {name} has shape {list(array.shape)}, expected "
                    f"(batch, tokens) with {len(offsets)} tokens; name them with start and end"
                )
            one = array[row, : len(offsets)]
            if not np.isfinite(one).all():
                raise CaseError("logits are not finite: no answer can be read from them")
            rows.append(one)
        return rows[0], rows[1]


@dataclass(frozen=True)
class Window:
    """The spans that a part of a context offers, the best first, and the tokens that it has."""

    spans: tuple[Scored, ...]
    offsets: Offsets


def said(answer: Answer) -> str:
    """The text of an answer, without its place."""
    return answer.shown[0].rpartition(" [")[0]


@dataclass(frozen=True)
class _Line:
    """Logits, of which the best places count."""

    logits: NDArray[np.float64]

    def entry(self, place: int) -> float:
        """How far a place is from being one of the best; 0 for one that is."""
        if len(self.logits) <= BEST:
            return 0.0
        last = self.logits[top(self.logits)[-1]]
        return max(0.0, float(last - self.logits[place]))

    def exit(self, place: int) -> float:
        """How far one of the best is from no longer being one."""
        if len(self.logits) <= BEST:
            return float("inf")
        beaten = np.sort(self.logits)[::-1][BEST]
        return float(self.logits[place] - beaten)


def context(offsets: Offsets, begins: int) -> NDArray[np.bool_]:
    """Which tokens are of the context; begins: its first character in the line."""
    return np.array([end > start >= begins for start, end in offsets], np.bool_)


def _context_of(offsets: Offsets) -> int:
    """Where the context begins, by the offsets alone: behind the special that ends the question.

    A question or context without tokens leaves that open: then nothing is found, as if there
    were no context.
    """
    gaps = [i for i, (start, end) in enumerate(offsets) if end <= start]
    inner = [i for i in gaps if 0 < i < len(offsets) - 1]
    if not inner:
        return 1 + max((end for _, end in offsets), default=0)
    behind = [start for start, end in offsets[inner[0] + 1 :] if end > start]
    return min(behind, default=1 + max((end for _, end in offsets), default=0))


def open(options: Mapping[str, object], folder: Path) -> QuestionAnswering:  # noqa: A001
    """See parity.tasks. Options: start and end, which go together."""
    closed(options, OPTIONS, "question_answering")
    start, end = (text(options, key, None) for key in OPTIONS)
    if (start is None) != (end is None):
        raise CaseError('task question_answering: "start" and "end" go together')
    if start is not None and start == end:
        raise CaseError(f'task question_answering: "start" and "end" are both "{start}"')
    return QuestionAnswering(start, end)
