"""Why a verification failed, as far as it can be said without running anything."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from parity.compare.answers import AnswerDiffers, ConfidenceDiffers, GoldenDiffers, TooManyTies
from parity.compare.attributes import AttributeAbsurd
from parity.compare.findings import NonFiniteDiffers, PaddingDiffers, ValuesDiffer
from parity.compare.noticed import BeyondRounding
from parity.diagnose.attributes.compare import compare as attributes
from parity.diagnose.culprit import Culprit
from parity.diagnose.said import WeightSaid
from parity.diagnose.weights import compare
from parity.errors import ParityError
from parity.verify.request import Request
from parity.verify.result import Result

Stage = Literal["weights", "attributes", "unknown"]

_ABOUT_VALUES = (
    ValuesDiffer, AnswerDiffers, GoldenDiffers, ConfidenceDiffers, TooManyTies, PaddingDiffers,
    NonFiniteDiffers, BeyondRounding, AttributeAbsurd,
)  # fmt: skip

_GRAPH = "the difference is born in the graph"


@dataclass(frozen=True)
class Explanation:
    """What is to blame.

    stage: "weights", "attributes", or "unknown" where it is neither. summary: one sentence or a
    few. weights: the culprits among them, the worst first. culprits: nodes, the first first.
    seconds: what it took.
    """

    stage: Stage
    summary: str
    weights: tuple[WeightSaid, ...] = ()
    seconds: float = 0.0
    culprits: tuple[Culprit, ...] = ()

    def and_so(self, sentence: str) -> "Explanation":
        """The same, and one thing more is said."""
        return replace(self, summary="; ".join(filter(None, (self.summary, sentence))))


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
    so_far = Explanation("unknown", "")
    for what, rung in _RUNGS:
        began = time.perf_counter()
        try:
            so_far = rung(result.request, so_far)
        except ParityError as error:
            so_far = so_far.and_so(f"{what} could not be compared: {' '.join(str(error).split())}")
        except Exception as error:  # a model that nobody foresaw must not cost the report
            why = " ".join(f"{type(error).__name__}: {error}".split())
            so_far = so_far.and_so(f"{what} could not be compared: {why}")
        so_far = replace(so_far, seconds=round(so_far.seconds + time.perf_counter() - began, 4))
        if so_far.stage != "unknown":
            break
    return so_far


def _by_weights(request: Request, before: Explanation) -> Explanation:
    found = compare(request.reference.model, request.candidate.model)
    sentence = found.sentence(rounding=True)
    blamed = found.blamed(rounding=True)
    if blamed:
        return replace(before, stage="weights", summary=sentence, weights=blamed)
    if found.acquitted:
        sentence = f"{sentence}; {_GRAPH}"
    if found.notes:
        sentence = f"{sentence} ({'; '.join(found.notes[:1])})"
    return before.and_so(sentence)


def _by_attributes(request: Request, before: Explanation) -> Explanation:
    found = attributes(request.reference.model, request.candidate.model)
    if found.culprits:
        return replace(
            before, stage="attributes", summary=found.sentence(), culprits=found.culprits
        )
    return before.and_so(found.sentence()) if found.compared else before


Rung = Callable[[Request, Explanation], Explanation]

_RUNGS: tuple[tuple[str, Rung], ...] = (
    ("the weights", _by_weights),
    ("the attributes", _by_attributes),
)
"""From the cheapest: what is compared, and what goes on from what was said before it. The first
that names a stage is the last."""
