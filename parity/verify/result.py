"""What a verification comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from parity.compare.drawn.drawn import Drawn
from parity.compare.findings import Finding
from parity.compare.power import Variation
from parity.compare.values import Measured
from parity.compare.verdict import Verdict
from parity.compare.warned import Warned
from parity.engines import EngineInfo
from parity.inputs import Example
from parity.model.spec import Signature
from parity.model.tensors import Array, Feed, Outputs
from parity.oracle.distance import FromFloat64
from parity.store.count import FromStore
from parity.verify.facts.environment import Environment
from parity.verify.request import Request


@dataclass(frozen=True)
class Minimal:
    """The smallest failing feed, what both sides answer to it, and what that shows.

    reproduced: whether it failed again when run once more, alone.
    tokens: for each row its tokens, where there is a tokenizer. tried: feeds
    that shrinking took. steps: after how many of them how many positions were left, each time
    they became fewer.
    """

    example: Example
    expected: Mapping[str, Array]
    actual: Mapping[str, Array]
    findings: tuple[Finding, ...]
    reproduced: bool
    tried: int = 0
    steps: tuple[tuple[int, int], ...] = ()

    @property
    def feed(self) -> Feed:
        """The arrays by input."""
        return self.example.feed


@dataclass(frozen=True)
class Result:
    """Verdict and evidence.

    notes: what was inferred or chosen, one line each, for a person.
    furthest: the example on which an output was furthest off for its size, passing or not.
    boundary, feeds: how many of the examples were boundary feeds, and the user's own.
    refused: feeds that the reference doesn't take, which count nowhere else.
    pairs: candidate's output name by reference's. second: examples that the
    reference's plain kernels decided; rounding: those that measured rounding did.
    noise: of each output what was furthest beyond rounding. power: how far the reference's
    outputs vary. oracle: of each output how far both are from float64, if asked.
    warnings: what is said and is no finding. disagreed: the first example on which
    the reference's default kernels and its plain ones gave different answers.
    drawn: what was kept for a picture of it.
    ended_by: the signal that ended the run before its end; None if none did.
    from_store: how many of the reference's answers; None where there is no store.
    seconds: wall time by stage; "engines" is the time in which at least one
    engine was at work, counted once where both were.
    """

    request: Request
    verdict: Verdict
    signature: Signature
    notes: tuple[str, ...]
    environment: Environment
    engines: Mapping[str, EngineInfo] = field(default_factory=dict)
    pairs: Mapping[str, str] = field(default_factory=dict)
    minimal: Minimal | None = None
    furthest: Example | None = None
    boundary: int = 0
    refused: int = 0
    feeds: int = 0
    second: int = 0
    rounding: int = 0
    noise: Mapping[str, Measured] = field(default_factory=dict)
    power: Mapping[str, Variation] = field(default_factory=dict)
    oracle: Mapping[str, FromFloat64] = field(default_factory=dict)
    warnings: tuple[Warned, ...] = ()
    disagreed: Example | None = None
    drawn: Drawn = field(default_factory=Drawn)
    from_store: FromStore | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    ended_by: int | None = None

    @property
    def partial(self) -> bool:
        """Whether the run was ended early: what it found stands, that it found nothing doesn't."""
        return self.ended_by is not None

    @property
    def passed(self) -> bool:
        """Whether the verdict is parity, and a strict request met no warning."""
        return (
            not self.partial and self.verdict.passed and not (self.request.strict and self.warnings)
        )


def keep(outputs: Outputs) -> dict[str, Array]:
    """Copies that outlive the shared memory that outputs lie in."""
    return {name: np.array(array) for name, array in outputs.items()}
