"""The checks that every verification makes, in the order in which they report."""

from collections.abc import Callable
from dataclasses import replace

from parity.verify.checks import (
    Asked,
    Ran,
    Said,
    absurd,
    agreement,
    beyond,
    branches,
    columns,
    computed,
    itself,
    kept,
    lints,
    non_finite,
    nothing,
    oracle,
    overflow,
    power,
    refusals,
    rows,
    saturates,
    sibling,
    size,
    tables,
    ties,
    unread,
    unseen,
    varied,
    weights,
)

BEFORE: tuple[Callable[[Asked], Said], ...] = (
    itself.before,
    weights.before,
    absurd.before,
    kept.before,
    size.before,
    lints.before,
)
AFTER: tuple[Callable[[Ran], Said], ...] = (
    agreement.after,
    refusals.after,
    unread.after,
    non_finite.after,
    columns.after,
    overflow.after,
    power.after,
    sibling.after,
    computed.after,
    rows.after,
    saturates.after,
    tables.after,
    ties.after,
    varied.after,
    branches.after,
    nothing.after,
    beyond.after,
    oracle.after,
    unseen.after,
)


def before(asked: Asked) -> Said:
    """What the files say. Raises ModelError for a candidate that isn't what it is checked as."""
    return sum((check(asked) for check in BEFORE), Said())


def after(ran: Ran) -> Said:
    """What only a run shows."""
    said = Said()
    for check in AFTER:
        said += check(replace(ran, said=ran.said + said))
    return said
