"""The checks that every verification makes, in the order in which they report."""

from collections.abc import Callable

from parity.verify.checks import Asked, Ran, Said, agreement, power, refusals, unread

BEFORE: tuple[Callable[[Asked], Said], ...] = ()
AFTER: tuple[Callable[[Ran], Said], ...] = (
    agreement.after,
    refusals.after,
    unread.after,
    power.after,
)


def before(asked: Asked) -> Said:
    """What the files say. Raises ModelError for a candidate that isn't what it is checked as."""
    return sum((check(asked) for check in BEFORE), Said())


def after(ran: Ran) -> Said:
    """What only a run shows."""
    return sum((check(ran) for check in AFTER), Said())
