"""A new process answers alike."""

from parity.alone.held import Held
from parity.alone.subject import Subject
from parity.verify.checks import asking

NAME = "process"
SAYS = "a fresh process says the same"


def ask(subject: Subject) -> Held:
    """All feeds, in another order, so that what a process remembers is other things."""
    held = Held(NAME)
    with subject.another() as worker:
        for example, before in reversed(list(subject.again())):
            now = asking.ask(worker, example.feed)
            held = held.failed(example) if now is None else held.and_also(example, before, now)
    return held
