"""What a recording would change in a golden, the equal changes together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from parity import golden
from parity.gate.drift import differs, margin_between, scores
from parity.golden import Golden
from parity.review.spans import Span, spans
from parity.shown import shortened, shown
from parity.verify.request import Recorded

ORIGIN = "origin"
"""The group that says that the recording is of another model, tokenizer or task."""

NEW, GONE, CONFIDENCE, OTHER = "new text", "text gone", "confidence", "another answer"

_LONGEST = 40  # characters of an answer that names a group: a label, no sentence


@dataclass(frozen=True)
class Change:
    """One text.

    before, now: its answers; None where the golden doesn't have the text, or the recording
    doesn't. margin: how far the answer was from becoming this one, in logits; None: not known.
    """

    text: str
    before: Recorded | None
    now: Recorded | None
    margin: float | None = None

    @property
    def same(self) -> frozenset[str]:
        """The lines of the answer that are as before: nobody has to look at them."""
        if self.before is None or self.now is None:
            return frozenset()
        return frozenset(self.before.shown) & frozenset(self.now.shown)


@dataclass(frozen=True)
class Group:
    """Equal changes, those first whose answer was furthest from becoming another.

    name: what a script says to accept it. lines: of the origin, what is another; it has no changes.
    """

    name: str
    changes: tuple[Change, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What a person reads: "37 x ORG to LOC"."""
        return self.name if self.lines else f"{len(self.changes)} x {self.name}"


def groups(before: Golden | None, now: Golden) -> tuple[Group, ...]:
    """All that is to be decided: the origin first, then by margin, the largest first.

    What was far from changing is the least likely to be rounding. Margins that aren't known come
    last.
    """
    by_name: dict[str, list[Change]] = defaultdict(list)
    for change in changes(before, now):
        by_name[_name(change)].append(change)
    made = [Group(name, tuple(sorted(found, key=_last))) for name, found in by_name.items()]
    made.sort(key=lambda g: (_last(g.changes[0]), -len(g.changes), g.name))
    lines = tuple(origin(before, now))
    return (*([Group(ORIGIN, lines=lines)] if lines else []), *made)


def changes(before: Golden | None, now: Golden) -> list[Change]:
    """Every text whose answer is another, in the order of the recording; then those it lacks."""
    old = {s.text: s for s in before.sentences} if before else {}
    new = {s.text: s for s in now.sentences}
    found = []
    for text, today in new.items():
        then = old.get(text)
        if then is None:
            found.append(Change(text, None, today))
        elif differs(then, today):
            margin = margin_between(then.logits, today.logits) if scores(now) else None
            found.append(Change(text, then, today, margin))
    return found + [Change(text, s, None) for text, s in old.items() if text not in new]


def origin(before: Golden | None, now: Golden) -> list[str]:
    """What the recording comes from that the golden doesn't; nothing where there is no golden."""
    if before is None or now.provenance is None:
        return []
    if before.provenance is None:
        return [f"the golden holds what {before.source} says; this was recorded"]
    return golden.differences(before.provenance, now.provenance)


def _last(change: Change) -> tuple[bool, float]:
    return change.margin is None, -(change.margin or 0.0)


def _name(change: Change) -> str:
    if change.before is None:
        return NEW
    if change.now is None:
        return GONE
    then, today = change.before.shown, change.now.shown
    if then == today:
        return CONFIDENCE
    before, now = spans(change.text, then), spans(change.text, today)
    if before is None or now is None:
        return _labels(then, today)
    return ", ".join(_kinds(before, now)) or OTHER


def _labels(then: Sequence[str], today: Sequence[str]) -> str:
    """Of answers that are labels: from which to which."""
    if len(then) == len(today) == 1 and max(len(then[0]), len(today[0])) <= _LONGEST:
        return f"{shown(then[0])} to {shown(today[0])}"
    return OTHER


def _kinds(before: Sequence[Span], now: Sequence[Span]) -> list[str]:
    """In which ways the entities of a text are others, each way once."""
    gone, new = [s for s in before if s not in now], [s for s in now if s not in before]
    kinds = set()
    # What covers the same words first, so that a neighbour isn't taken for what it became.
    for same in (lambda a, b: (a.start, a.end) == (b.start, b.end), Span.overlaps):
        for span in list(gone):
            other = next((s for s in new if same(span, s)), None)
            if other is not None:
                gone.remove(span)
                new.remove(other)
                kinds.add(_kind(span, other))
    kinds |= {f"{_label(s)} gone" for s in gone} | {f"{_label(s)} new" for s in new}
    return sorted(kinds)


def _kind(span: Span, other: Span) -> str:
    moved = (span.start, span.end) != (other.start, other.end)
    if span.label == other.label:
        return f"{_label(span)} moved"
    return f"{_label(span)} to {_label(other)}{' and moved' if moved else ''}"


def _label(span: Span) -> str:
    return shortened(shown(span.label), _LONGEST)
