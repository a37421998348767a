"""Foreign texts of any length, on their way to the page."""

from parity.shown import quoted, shortened

MOST = 4000
"""Characters of one text that are shown; a name of a megabyte is in the JSON."""


def short(text: str) -> str:
    """At most so many characters: the middle of a longer one is left out, which is told."""
    if len(text) <= MOST:
        return text
    return f"{shortened(text, MOST)} ({len(text):,} characters)"


def quote(text: str) -> str:
    """A text in quotes, such as the input of a model."""
    if len(text) <= MOST:
        return quoted(text)
    return f"{quoted(shortened(text, MOST))} ({len(text):,} characters)"
