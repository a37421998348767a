"""Whole numbers by entry of an axis: ``columns [0,200] [0,99] [0,200] [0,99] axis 2 with 0<=2``."""

from parity.model.notation.bounds import span
from parity.model.notation.scan import Words, whole
from parity.model.spec import Columns, Values

_MOST = 512


def read(words: Words) -> Columns:
    """What stands behind the word "columns". Raises UsageError."""
    at = words.here.at
    words.skip("of")
    of: list[Values] = []
    while words.here.text == "[" or (of and words.here.text == "," and words.after.text == "["):
        words.skip(",")
        low, high = span(words)
        if low != int(low) or high != int(high):
            raise words.wrong(at, "columns hold whole numbers")
        of.append(Values(low, high))
        if len(of) > _MOST:
            raise words.wrong(at, f"more than {_MOST} columns")
    if not of:
        raise words.expected("a range for each entry: columns [0,9] [0,99]")
    axis = whole(words, "an axis") if words.skip("axis") else 1
    ordered = _ordered(words, len(of)) if words.skip("with") else ()
    return Columns(axis, tuple(of), ordered)


def _ordered(words: Words, count: int) -> tuple[tuple[int, int], ...]:
    """``0<=2, 1<=3``: entries of which the first is never above the second."""
    found: list[tuple[int, int]] = []
    while True:
        at = words.here.at
        less = whole(words, "which entry, from 0 up")
        words.need("<=", "between two entries")
        more = whole(words, "which entry, from 0 up")
        if less == more or max(less, more) >= count:
            raise words.wrong(at, f"two of the entries 0 to {count - 1}")
        found.append((more, less))
        if not (words.here.text == "," and words.after.kind == "number"):
            return tuple(found)
        words.take()


def shown(domain: Columns) -> str:
    """Columns as ``read`` takes them."""
    parts = ["columns", *(f"[{v.low:.0f},{v.high:.0f}]" for v in domain.of)]
    if domain.axis != 1:
        parts.append(f"axis {domain.axis}")
    if domain.ordered:
        parts.append("with " + ", ".join(f"{less}<={more}" for more, less in domain.ordered))
    return " ".join(parts)
