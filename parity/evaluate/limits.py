"""What was measured against the limits that a case states. What says nothing doesn't pass."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parity.case import Case
from parity.compare.answers import AccuracyDropped, TooManyFlips
from parity.compare.findings import Finding
from parity.compare.limits.costs import LimitNotJudged
from parity.errors import CaseError
from parity.evaluate.data import Bad, Row, Wanted
from parity.evaluate.measure import Measure
from parity.evaluate.system import System

MOST_BAD = 0.1
"""Share of the lines that may be of no use. Beyond it the figures are of other data than meant:
another task's, another encoding's; a slip of a hand spoils a line in a hundred."""

LEAST_ROWS = 10
"""Below, one row is worth more than ten points, five times the worst drop of the guides' tables."""


@dataclass(frozen=True)
class Asked:
    """rows: that were asked. bad: lines that couldn't be used."""

    rows: Sequence[Row]
    bad: Sequence[Bad]
    measure: Measure


def beyond(case: Case, reference: System, system: System, asked: Asked) -> Iterator[Finding]:
    """What goes beyond the limits of a system that has answers, and what can't be judged."""
    limits = case.limits[system.precision]
    if limits.max_accuracy_drop is not None and not system.figures:
        raise CaseError(f"{case.name}: max_accuracy_drop needs labels, and this data has none")
    vain = [cause for limit in limits.of_data if (cause := _vain(limit, reference, asked))]
    if vain:
        for limit in limits.of_data:
            yield LimitNotJudged(system.name, limit, vain[0])
        return
    flips = system.flips
    if limits.max_accuracy_drop is not None:
        name = next(iter(system.figures))
        if not -system.change[name] <= limits.max_accuracy_drop + 1e-9:
            yield AccuracyDropped(
                system.name, name, reference.figures[name], system.figures[name],
                limits.max_accuracy_drop, flips.p if flips else None,
            )  # fmt: skip
    count = len(asked.rows)
    if limits.max_flips is None:
        return
    if flips is None:
        yield LimitNotJudged(system.name, "max_flips", "it wasn't held against the reference")
    elif flips.total > limits.max_flips * count:
        yield TooManyFlips(system.name, flips.total, count, flips.lost, flips.won, limits.max_flips)


def unmeasured(case: Case, systems: Sequence[System]) -> Iterator[Finding]:
    """A finding for each limit of a precision that this run left out."""
    there = {s.precision for s in systems if s.case == case.name}
    for precision in case.precisions:
        if precision not in there:
            for limit in case.limits[precision].of_data:
                name = f"{case.name} {precision}"
                yield LimitNotJudged(name, limit, "this run left the precision out")


def _vain(limit: str, reference: System, asked: Asked) -> str | None:
    """Why this data says nothing of a limit."""
    rows, bad = len(asked.rows), len(asked.bad)
    if bad > MOST_BAD * (rows + bad):
        return f"{bad} of {rows + bad} lines can't be used ({asked.bad[0]})"
    labelled = sum(row.wanted is not None for row in asked.rows)
    count = labelled if limit == "max_accuracy_drop" else rows
    if count < LEAST_ROWS:
        return f"it takes {LEAST_ROWS} rows at least, and there are {count}"
    if limit == "max_accuracy_drop":
        return _no_better(reference, asked)
    if len({answer.shown for answer in reference.answers}) < 2:
        return f"the reference answers {reference.answers[0].shown!r} to every row"
    return None


def _no_better(reference: System, asked: Asked) -> str | None:
    """Why a drop from the reference's figure says nothing: one answer for all is as right."""
    name, figure = next(iter(reference.figures.items()))
    wanted = [row.wanted for row in asked.rows if row.wanted is not None]
    guess = _constant(name, wanted)
    if figure > guess:
        return None
    what = "nothing found" if guess == 0 else "the commonest label for every row"
    return f"the reference's {name} is {figure:.2f}, and {what} has {guess:.2f}"


def _constant(figure: str, wanted: Sequence[Wanted]) -> float:
    """What the best single answer for all rows would get, in percent."""
    if figure not in ("accuracy", "top-1", "exact match"):
        return 0.0
    common = Counter(w.labels or w.answers[:1] for w in wanted).most_common(1)
    return 100 * common[0][1] / len(wanted) if common else 0.0
