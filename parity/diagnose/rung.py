"""What a rung of the diagnosis is asked, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from parity.diagnose.inner.force import Started
from parity.diagnose.ladder import rung as ladder
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.stage import Stage
from parity.model.tensors import Feed
from parity.verify.request import Request
from parity.written.culprit import Culprit
from parity.written.said import WeightSaid


@dataclass(frozen=True)
class Said:
    """What a rung came to.

    rung: its name. sentence: for a person. stage: who is to blame, as far as this rung knows.
    settled: whether nothing is left for a rung above. weights, culprits: to blame, the first
    first. worst: the ops that are furthest off for their rounding, to blame or not. aligned: how
    many of the reference's ``of`` inner tensors were found in the candidate. asked: the questions
    of a rung that is a ladder of its own.
    """

    rung: str
    sentence: str
    stage: Stage = "unknown"
    settled: bool = False
    weights: tuple[WeightSaid, ...] = ()
    culprits: tuple[Culprit, ...] = ()
    worst: tuple[Culprit, ...] = ()
    aligned: int = 0
    of: int = 0
    seconds: float = 0.0
    asked: tuple[ladder.Rung, ...] = ()

    @property
    def questions(self) -> tuple[ladder.Rung, ...]:
        """What was asked, in order."""
        return self.asked or (ladder.Rung(self.rung, True, self.sentence, self.seconds),)


@dataclass(frozen=True)
class Asked:
    """What there is to go by.

    feed: on which both sides differ; None where there is none. pairs: candidate's output name by
    reference's. until: when to be done, by ``time.monotonic()``. failing: whether there is a
    finding to explain. failed: that run's smallest feed with what both sides answer; None
    where there is no such run. refusal: why the candidate doesn't load, where it doesn't.
    sides: both of a judgement op by op, loading since the climb began; None where there is none.
    earlier: what the rungs below said.
    """

    request: Request
    feed: Feed | None
    pairs: Mapping[str, str] = field(default_factory=dict)
    until: float = float("inf")
    failing: bool = True
    failed: Failing | None = None
    refusal: str | None = None
    sides: Started | None = None
    earlier: tuple[Said, ...] = ()


Rung = Callable[[Asked], Said | None]
"""None where it has nothing to go by. May raise whatever it likes: the report goes on."""
