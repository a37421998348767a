"""Two texts in one: a question and its context, or the two sentences that are compared.

Written on one line with a tab between, as tab-separated data files have them, a pair goes
wherever a text goes: goldens, reports, ``parity predict``. Offsets count in that line.
"""

SEPARATOR = "\t"


def join(first: str, second: str) -> str:
    """One text of two. The first loses its tabs, since it would end at one."""
    return f"{first.replace(SEPARATOR, ' ')}{SEPARATOR}{second}"


def split(text: str) -> tuple[str, str] | None:
    """The two texts; None for a text that is no pair."""
    first, tab, second = text.partition(SEPARATOR)
    return (first, second) if tab else None


def start_of_second(text: str) -> int:
    """Where the second text begins; the length of a text that is no pair."""
    return (text.find(SEPARATOR) + 1) or len(text)
