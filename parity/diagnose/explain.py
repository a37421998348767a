"""Why a verification failed, as far as it can be said without running anything."""

import time
from dataclasses import dataclass
from typing import Literal

from parity.compare.answers import AnswerDiffers, ConfidenceDiffers, GoldenDiffers, TooManyTies
from parity.compare.findings import NonFiniteDiffers, PaddingDiffers, ValuesDiffer
from parity.compare.noticed import BeyondRounding
from parity.diagnose.said import WeightSaid
from parity.diagnose.weights import compare
from parity.errors import ParityError
from parity.verify.request import Request
from parity.verify.result import Result

Stage = Literal["weights", "unknown"]

_ABOUT_VALUES = (
    ValuesDiffer, AnswerDiffers, GoldenDiffers, ConfidenceDiffers, TooManyTies, PaddingDiffers,
    NonFiniteDiffers, BeyondRounding,
)  # fmt: skip

_GRAPH = "the difference is born in the graph"


@dataclass(frozen=True)
class Explanation:
    """What is to blame.

    stage: "weights", or "unknown" where the weights are not. summary: one sentence or a few.
    weights: the culprits, the worst first. seconds: what it took.
    """

    stage: Stage
    summary: str
    weights: tuple[WeightSaid, ...] = ()
    seconds: float = 0.0


def explain(result: Result) -> Explanation | None:
    """Explain a failing run; None for one that passes, or differs in no value.

    Lower precisions have their weights compared by the run itself. Never raises: what can't be
    explained is said to be so.
    """
    about_values = any(
        isinstance(f, _ABOUT_VALUES)
        and not (isinstance(f, GoldenDiffers) and f.side == "reference")
        for f in result.verdict.findings
    )
    if result.passed or not about_values or result.request.precision != "fp32":
        return None
    began = time.perf_counter()
    try:
        return _by_weights(result.request)
    except ParityError as error:
        why = str(error)
    except Exception as error:  # a model that nobody foresaw must not cost the report
        why = f"{type(error).__name__}: {error}"
    said = f"the weights could not be compared: {' '.join(why.split())}"
    return Explanation("unknown", said, seconds=round(time.perf_counter() - began, 4))


def _by_weights(request: Request) -> Explanation:
    found = compare(request.reference.model, request.candidate.model)
    sentence = found.sentence(rounding=True)
    blamed = found.blamed(rounding=True)
    if blamed:
        return Explanation("weights", sentence, blamed, found.seconds)
    if found.acquitted:
        sentence = f"{sentence}; {_GRAPH}"
    if found.notes:
        sentence = f"{sentence} ({'; '.join(found.notes[:1])})"
    return Explanation("unknown", sentence, (), found.seconds)
