"""The same feed, again and after others, is answered alike."""

from parity.alone.held import Held
from parity.alone.subject import Subject

NAME = "repeat"
SAYS = "a repeated run is the same"

_AT_ONCE = 3  # a GPU that answers otherwise from the second run on


def ask(subject: Subject) -> Held:
    """All feeds once more, backwards, so that each comes after others; the first a few times."""
    held = Held(NAME)
    every = list(subject.again())
    for example, before in [*reversed(every), *every[:1] * _AT_ONCE]:
        now = subject.ask(example)
        held = held.failed(example) if now is None else held.and_also(example, before, now)
    return held
