"""The questions behind a change of a feed.

A part of an axis is two answers, how far it reaches from its beginning and how far from its end:
each alone may shrink for as long as the part still holds what makes the feed fail. Left alone,
Hypothesis draws many small answers, and next to nothing would be left of most feeds. So it is
asked first whether to cut at all, and what is written down are the answers that lead to the same
feed by its parts. Shrinking begins with those, and takes all parts as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parity.inputs._source import Choice, Source

_WHOLE = 5  # of 6 draws leave the sizes, and the place of what isn't flat, as they are
AMOUNTS = 256


@dataclass(frozen=True)
class Reach:
    """A part of an axis of so many places: the first ``stop`` of them and the last ``back``."""

    size: int
    stop: int
    back: int

    @classmethod
    def whole(cls, size: int) -> "Reach":
        return cls(size, size, size)

    @property
    def start(self) -> int:
        return self.size - self.back

    @property
    def all(self) -> bool:
        return self.stop >= self.size and self.back >= self.size


@dataclass(frozen=True)
class Axis:
    """What can be cut. ends: also at its beginning."""

    label: str
    size: int
    ends: bool = True


@dataclass(frozen=True)
class Questions:
    """cuts: the symbols whose size can change. boxes: by input, the axes along which all but a
    part can be flat. moves: by input, how many ways there are to move its values.
    """

    cuts: tuple[Axis, ...]
    boxes: Mapping[str, tuple[Axis, ...]]
    moves: Mapping[str, int]

    def ask(self, source: Source, *, closely: bool = False) -> "Decision":
        """What the source decides. closely: nothing is left whole but by its parts."""
        cuts = _parts(source, "cut", self.cuts, closely)
        boxes, moves = {}, {}
        for name, axes in self.boxes.items():
            boxes[name] = _parts(source, f"{name} box", axes, closely)
            # As often as all changes together, none: the feed itself is what to look at first.
            turn = source.integer(0, 2 * self.moves[name] - 1, f"{name} change")
            amount = source.integer(0, AMOUNTS - 1, f"{name} amount")
            moves[name] = (turn if turn <= self.moves[name] else 0, amount)
        return Decision(cuts, boxes, moves)

    @property
    def nothing(self) -> "Decision":
        """The decision that leaves a feed as it is."""
        return Decision(
            tuple(Reach.whole(axis.size) for axis in self.cuts),
            {n: tuple(Reach.whole(a.size) for a in axes) for n, axes in self.boxes.items()},
            dict.fromkeys(self.boxes, (0, 0)),
        )

    def answers(self, decision: "Decision") -> dict[str, Sequence[Choice]]:
        """All answers that lead to a decision, by question."""
        answers = _answers(self.cuts, decision.cuts)
        for name, axes in self.boxes.items():
            answers |= _answers(axes, decision.boxes[name])
            turn, amount = decision.moves[name]
            answers |= {f"{name} change": [turn], f"{name} amount": [amount]}
        return answers


@dataclass(frozen=True)
class Decision:
    """cuts, boxes: parts, in the order of the questions. moves: by input which way, 0 for none,
    and a seed.
    """

    cuts: tuple[Reach, ...]
    boxes: Mapping[str, tuple[Reach, ...]]
    moves: Mapping[str, tuple[int, int]]


def _parts(source: Source, what: str, axes: Sequence[Axis], closely: bool) -> tuple[Reach, ...]:
    if all(axis.size == 1 for axis in axes):
        return tuple(Reach.whole(axis.size) for axis in axes)
    whole = source.integer(0, _WHOLE, what)
    # Asked in any case, so that the next answers keep their places.
    parts = tuple(_part(source, axis) for axis in axes)
    return tuple(Reach.whole(axis.size) for axis in axes) if whole and not closely else parts


def _part(source: Source, axis: Axis) -> Reach:
    if axis.size == 1:
        return Reach.whole(1)
    # Twice as far as there is something: half of the parts reach an end.
    stop = min(source.integer(0, 2 * axis.size, f"{axis.label} to"), axis.size)
    if not axis.ends:
        return Reach(axis.size, stop, axis.size)
    back = min(source.integer(0, 2 * axis.size, f"{axis.label} from"), axis.size)
    return Reach(axis.size, stop, back)


def _answers(axes: Sequence[Axis], parts: Sequence[Reach]) -> dict[str, Sequence[Choice]]:
    answers: dict[str, Sequence[Choice]] = {}
    for axis, part in zip(axes, parts, strict=True):
        if axis.size > 1:
            answers[f"{axis.label} to"] = [part.stop]
            if axis.ends:
                answers[f"{axis.label} from"] = [part.back]
    return answers
