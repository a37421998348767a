"""A jury: what it calls killed, survived and equivalent."""

from typing import Any, cast

import numpy as np
import pytest

from parity.compare.findings import Finding, NothingCompared
from parity.inputs import Example
from parity.model.tensors import Outputs
from parity.mutate.recorded import Fed, Recorded
from parity.mutate.trial import Answer, Jury
from parity.verify.doubt.rounding import Noise


def fed(number: int) -> Fed:
    feed = {"x": np.full((1, number), number, np.float32)}
    return Fed(Example(feed, f"feed {number}"), {"y": feed["x"]})


OWN, MORE = (fed(1), fed(2)), (fed(3), fed(4))


class Exact(Jury):
    """Finds what is off by more than a half; rounding explains up to a quarter."""

    def finding(self, fed: Fed, actual: Outputs) -> tuple[Finding | None, float]:
        off = _off(fed, actual)
        return (NothingCompared("y", "off") if off > 0.5 else None), off

    def tiny(self, fed: Fed, actual: Outputs) -> Finding | None:
        return NothingCompared("y", "off") if _off(fed, actual) > 0.25 else None


def _off(fed: Fed, actual: Outputs) -> float:
    one, other = (np.asarray(o["y"], np.float32) for o in (actual, fed.expected))
    return float(np.abs(one - other).max())


def by(offs: dict[int, float | str]) -> Answer:
    """Off by so much, or failing so, on feeds of so many numbers."""

    def answer(fed: Fed) -> Outputs | str:
        off = offs.get(fed.size, 0.0)
        return (
            off
            if isinstance(off, str)
            else {"y": np.asarray(fed.expected["y"], np.float32) + np.float32(off)}
        )

    return answer


def fate(
    mutant: dict[int, float | str], original: dict[int, float | str], more: tuple[Fed, ...] = MORE
) -> str:
    recorded = cast("Recorded", _Recorded(more))
    jury = Exact(recorded, cast("Noise", None))
    jury.seat(by(original))
    return jury.verdict("row", "a row", by(mutant)).fate


class _Recorded:
    def __init__(self, more: tuple[Fed, ...]) -> None:
        self.own, self.stronger = OWN, more
        self.comparer: Any = None


@pytest.mark.parametrize(
    ("mutant", "told"),
    [
        ({2: 1.0}, "killed"),
        ({2: 0.3}, "killed"),
        ({2: "died"}, "broken"),
        ({3: 1.0}, "survived"),
        ({4: "died"}, "survived"),
        ({}, "equivalent"),
        ({4: 0.3}, "equivalent"),
    ],
)
def test_every_fate_is_reached(mutant: dict[int, float | str], told: str) -> None:
    """What ends it on a feed that the case hasn't is told by nobody: it survives."""
    assert fate(mutant, {}) == told


def test_what_the_original_does_too_kills_nobody() -> None:
    """The original is off there by more than rounding, within the tolerance: every mutant is."""
    assert fate({2: 0.3}, {2: 0.3}) == "equivalent"
    assert fate({4: 1.0}, {4: 1.0}) == "equivalent"


def test_a_rare_fault_that_no_feed_meets_survives() -> None:
    """At an id that neither search has it is wrong all the same."""
    jury = Exact(cast("Recorded", _Recorded(MORE)), cast("Noise", None))
    jury.seat(by({}))
    unmet = jury.verdict("id", "at 7", lambda fed: None, "a text with it", certain=True)
    assert (unmet.fate, unmet.advice, unmet.feed) == ("survived", "a text with it", "")
    assert jury.verdict("range", "at 7", lambda fed: None).fate == "equivalent"
    met = jury.verdict("id", "at 7", by({}), certain=True)
    assert met.fate == "equivalent"


def test_where_nobody_looked_none_is_equivalent() -> None:
    assert fate({}, {}, more=()) == "survived"
