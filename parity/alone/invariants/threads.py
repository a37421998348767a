"""One thread answers as several do."""

from parity import plugins
from parity.alone.held import Held
from parity.alone.subject import Subject
from parity.verify.checks import asking

NAME = "threads"
SAYS = "one thread says what several do"


def ask(subject: Subject) -> Held:
    """All feeds in a process with one thread."""
    side = subject.side
    if "threads" not in plugins.load("engines", side.engine).OPTIONS:
        return Held(NAME, skipped=f"engine {side.engine} has no such option")
    if "threads" in side.options:
        return Held(NAME, skipped="how many is said by an option")
    held = Held(NAME)
    with subject.another(threads=1) as worker:
        for example, before in subject.again():
            now = asking.ask(worker, example.feed)
            held = held.failed(example) if now is None else held.and_also(example, before, now)
    return held
