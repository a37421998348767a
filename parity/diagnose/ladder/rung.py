"""What a rung says, and what a climb comes to."""

from dataclasses import dataclass

from parity.diagnose.stage import Stage
from parity.model.tensors import Outputs


@dataclass(frozen=True)
class Rung:
    """One question. ran: whether anything was run for it. said: the answer, one line."""

    name: str
    ran: bool
    said: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What a rung found.

    stage: None where it acquits, or can't tell. sentence: whom it blames. outputs: what the
    candidate's file answers in its engine with nothing optimised, where that was asked.
    """

    rung: Rung
    stage: Stage | None = None
    sentence: str = ""
    outputs: Outputs | None = None


@dataclass(frozen=True)
class Climbed:
    """stage: "unknown" where no rung settled it. sentence: whose fault, for a person."""

    stage: Stage
    sentence: str
    rungs: tuple[Rung, ...] = ()


def skipped(name: str, why: str) -> Answer:
    """A rung that needn't, or couldn't, be climbed."""
    return Answer(Rung(name, ran=False, said=why))
