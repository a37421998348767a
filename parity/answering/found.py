"""What came of asking a server, as values."""

from dataclasses import dataclass

from parity.compare.answers import AnswerDiffers, ConfidenceDiffers, TooManyTies
from parity.compare.findings import CandidateFailed, NothingCompared

Found = AnswerDiffers | ConfidenceDiffers | TooManyTies | CandidateFailed | NothingCompared


@dataclass(frozen=True)
class Smallest:
    """The smallest request that is answered otherwise. texts: of it. at: which of them.

    alone: whether the same text is answered rightly where it is asked by itself: then it matters
    what stands beside it, as it does to a server that pads wrongly.
    """

    texts: tuple[str, ...]
    at: int
    beside: bool


@dataclass(frozen=True)
class Served:
    """url: of the server. answers: that were compared, ``ties`` of them flips inside their margin.

    requests: that were sent. longest: tokens of the longest text.
    """

    url: str
    findings: tuple[Found, ...]
    answers: int
    ties: int
    requests: int
    smallest: Smallest | None
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether answers were compared, and nothing was found."""
        return self.answers > 0 and not self.findings
