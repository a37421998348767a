"""Values that index a table: ``ids of 40000 from 1 pad 0 masked at most 2048``."""

from parity.model.notation.scan import Words, signed, whole
from parity.model.spec import Domain, PositionIds, SegmentIds, TokenIds

_CLAUSES = ("from", "pad", "masked", "at", "max")


def ids(words: Words) -> Domain:
    """What stands behind the word "ids". Raises UsageError."""
    _of(words)
    vocabulary = whole(words, "how many ids there are", least=1)
    lowest, pad, positions, masked = 0, None, None, False
    while (key := _clause(words)) is not None:
        at = words.here.at
        if key == "from":
            lowest = signed(words, "the least id")
        elif key == "pad":
            words.skip("id")
            words.skip("=")
            pad = signed(words, "the pad id")
        elif key == "masked":
            masked = True
        else:
            words.skip("most")
            positions = whole(words, "the greatest length", least=1)
            words.skip("long")
        if lowest >= vocabulary:
            raise words.wrong(at, f"the least id must be below {vocabulary}")
        if pad is not None and pad >= vocabulary:
            raise words.wrong(at, f"the pad id must be below {vocabulary}")
    if pad is not None and pad < lowest:
        raise words.expected(f"a pad id from {lowest} up, which {pad} isn't")
    if masked and pad is None:
        raise words.expected("pad and its id: which one is masked?")
    return TokenIds(vocabulary, pad, positions, masked, lowest=lowest)


def segments(words: Words) -> Domain:
    """What stands behind the word "segments". Raises UsageError."""
    _of(words)
    return SegmentIds(whole(words, "how many segments there are", least=1))


def positions(words: Words) -> Domain:
    """What stands behind the word "positions". Raises UsageError."""
    _of(words)
    return PositionIds(whole(words, "how many positions there are", least=1))


def _clause(words: Words) -> str | None:
    """The word that the next clause begins with, taken; None where none does."""
    comma = words.here.text == "," and words.after.kind == "name"
    key = (words.after if comma else words.here).text.lower()
    if key not in _CLAUSES:
        return None
    if comma:
        words.take()
    words.take()
    return key


def _of(words: Words) -> None:
    if not words.skip("of", "below"):
        raise words.expected('"of" and how many there are')
