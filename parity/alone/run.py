"""Ask one model all invariants."""

from collections.abc import Callable
from dataclasses import dataclass

from parity.alone.every import EVERY
from parity.alone.held import TOLERANCE, Held
from parity.alone.subject import subject
from parity.compare.findings import Finding, NothingCompared
from parity.compare.tolerance import Tolerance
from parity.engines import EngineInfo
from parity.verify.request import Request


@dataclass(frozen=True)
class Alone:
    """What came of it. held: an invariant each. refused: feeds that the model doesn't take."""

    request: Request
    info: EngineInfo
    held: tuple[Held, ...]
    says: tuple[str, ...]
    feeds: int
    refused: int
    tolerance: Tolerance = TOLERANCE

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is broken, and what was asked and compared nothing."""
        found: list[Finding] = []
        for held in self.held:
            found += held.findings.values()
            if not held.skipped and not held.elements and not held.findings:
                found.append(NothingCompared(held.name, "no output could be compared"))
        return tuple(found)

    @property
    def passed(self) -> bool:
        """Whether at least one was asked, each compared something, and all hold."""
        judged = any(held.elements for held in self.held if not held.skipped)
        return judged and not self.findings


def alone(request: Request, say: Callable[[str], None]) -> Alone:
    """request: with the model as its reference. say: hears which invariant is asked.

    Raises EngineError where the model doesn't load or answers nothing.
    """
    held: list[Held] = []
    say("loading, and all feeds once")
    with subject(request) as found:
        for invariant in EVERY:
            say(invariant.SAYS)
            if not found.worker.alive:
                found.worker.start()
                found.worker.ready()
            held.append(invariant.ask(found))
        info = found.worker.info
        if info is None:  # it answered, so it has told
            raise AssertionError("a model that answered is not loaded")
        return Alone(
            request, info, tuple(held), tuple(i.SAYS for i in EVERY), len(found.examples),
            found.refused,
        )  # fmt: skip
