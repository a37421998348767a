"""What changed since a golden was recorded, as a person would read it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from parity.compare.answers import GoldenDiffers, how_far, in_a_line
from parity.golden import Golden
from parity.model.tensors import Array
from parity.shown import quoted
from parity.verify.request import Recorded

MOVED = 1e-5
"""How far a confidence moves before it is told: what FP32 may differ by."""


@dataclass(frozen=True)
class Change:
    """One text whose answer is another than before.

    before, now: the answer on one line; None where the text is new, or gone.
    side: which engine says so. margin: how far the answer was from becoming this
    one, in logits; None where that isn't known.
    """

    text: str
    before: str | None
    now: str | None
    side: str = "reference"
    margin: float | None = None


def between(before: Golden, now: Golden) -> list[Change]:
    """What a new recording changes."""
    old = {s.text: s for s in before.sentences}
    new = {s.text: s for s in now.sentences}
    changes = []
    for text, today in new.items():
        then = old.get(text)
        if then is None:
            changes.append(Change(text, None, _line(today)))
        elif differs(then, today):
            margin = margin_between(then.logits, today.logits) if scores(now) else None
            changes.append(Change(text, _line(then), _line(today), margin=margin))
    return changes + [Change(text, _line(s), None) for text, s in old.items() if text not in new]


def found(findings: Iterable[object]) -> list[Change]:
    """What a verification found changed."""
    return [
        Change(
            f.text,
            in_a_line(f.golden, f.golden_confidence),
            in_a_line(f.actual, f.actual_confidence),
            f.side,
            f.margin,
        )
        for f in findings
        if isinstance(f, GoldenDiffers)
    ]


def lines(changes: Iterable[Change]) -> list[str]:
    """For a terminal: each text, below it what was answered and what is."""
    told = []
    for change in changes:
        told.append(quoted(change.text))
        if change.before is None or change.now is None:
            told.append(f"    new    {change.now}" if change.now else f"    gone   {change.before}")
            continue
        far = f"  [was {how_far(change.margin)}]" if change.margin is not None else ""
        by = "" if change.side == "reference" else f"  ({change.side})"
        told += [f"    before {change.before}", f"    now    {change.now}{by}{far}"]
    return told


def _line(recorded: Recorded) -> str:
    return in_a_line(recorded.shown, recorded.confidence)


def differs(then: Recorded, now: Recorded) -> bool:
    """Whether a user sees another answer, or a confidence that moved by more than MOVED."""
    if then.shown != now.shown or (then.confidence is None) != (now.confidence is None):
        return True
    return abs((then.confidence or 0.0) - (now.confidence or 0.0)) > MOVED


def scores(recorded: Golden) -> bool:
    """Whether what was kept are scores of which the greatest wins."""
    task = recorded.provenance.task if recorded.provenance else ""
    return not task.startswith(("embedding", "boxes", "seq_cls several"))


def margin_between(then: Array | None, now: Array | None) -> float | None:
    """How much less the logits of then score the classes of now than their own; None: not known."""
    if then is None or now is None or then.shape != now.shape or not then.size:
        return None
    rows = then.reshape(-1, then.shape[-1]).astype(np.float64)
    chosen = now.reshape(rows.shape).argmax(axis=1)
    return float((rows.max(axis=1) - rows[np.arange(len(rows)), chosen]).max())
