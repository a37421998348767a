"""The bounds of values: ``[-1,1]`` or ``0..5``."""

from parity.model.notation.scan import Words, number

Range = tuple[float, float]


def span(words: Words) -> Range:
    """``[-1,1]`` or ``0..5``. Raises UsageError."""
    at = words.here.at
    if words.skip("("):
        raise words.wrong(at, "bounds are inclusive: write [low,high]; for what is never 0: scale")
    bracket = words.skip("[")
    low = number(words, "a range such as [-1,1] or 0..5")
    if bracket and words.here.text == "..":
        words.take()
    else:
        words.need("," if bracket else "..", "between the bounds")
    high = number(words, "the upper bound")
    if bracket:
        words.need("]", "behind the bounds")
    if low > high:
        raise words.wrong(at, f"{high:g} is below {low:g}")
    return low, high
