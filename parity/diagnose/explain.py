"""Why a verification failed, as far as it can be said without running anything."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from parity.compare.answers import AnswerDiffers, ConfidenceDiffers, GoldenDiffers, TooManyTies
from parity.compare.attributes import AttributeAbsurd
from parity.compare.findings import NonFiniteDiffers, PaddingDiffers, ValuesDiffer
from parity.compare.noticed import BeyondRounding
from parity.diagnose.attributes.compare import compare as attributes
from parity.diagnose.culprit import Culprit
from parity.diagnose.ladder import reference
from parity.diagnose.ladder.climb import climb
from parity.diagnose.ladder.failing import failing
from parity.diagnose.ladder.rung import Climbed, Rung
from parity.diagnose.said import WeightSaid
from parity.diagnose.stage import Stage
from parity.diagnose.stretch import Stretch
from parity.diagnose.weights import compare
from parity.errors import ParityError
from parity.verify.request import Request
from parity.verify.result import Result

_ABOUT_VALUES = (
    ValuesDiffer, AnswerDiffers, GoldenDiffers, ConfidenceDiffers, TooManyTies, PaddingDiffers,
    NonFiniteDiffers, BeyondRounding, AttributeAbsurd,
)  # fmt: skip

_GRAPH = "the difference is born in the graph"

BUDGET_S = 20.0
"""Seconds that an explanation may take by default; what a user waits for after a check of tens."""


@dataclass(frozen=True)
class Explanation:
    """What is to blame.

    stage: whose fault; "unknown" where that can't be told. summary: one sentence or a few.
    weights: the culprits among them, the worst first. culprits: nodes, the first first.
    seconds: what it took. rungs: what was asked, in order. stretch: the guilty piece of the
    candidate, where one was found.
    """

    stage: Stage
    summary: str
    weights: tuple[WeightSaid, ...] = ()
    seconds: float = 0.0
    culprits: tuple[Culprit, ...] = ()
    rungs: tuple[Rung, ...] = ()
    stretch: Stretch | None = None

    def and_so(self, sentence: str) -> "Explanation":
        """The same, and one thing more is said."""
        return replace(self, summary="; ".join(filter(None, (self.summary, sentence))))


def explain(result: Result, *, budget_s: float = BUDGET_S) -> Explanation | None:
    """Explain a failing run; None for one that passes, or differs in no value.

    One whose reference disagrees with itself is explained as such, though it passes.
    budget_s: seconds; 0 explains nothing. The weights of lower precisions are compared by the run
    itself. Never raises: what can't be explained is said to be so.
    """
    about_values = any(
        isinstance(f, _ABOUT_VALUES)
        and not (isinstance(f, GoldenDiffers) and f.side == "reference")
        for f in result.verdict.findings
    )
    if budget_s <= 0:
        return None
    began = time.perf_counter()
    if result.passed or not about_values:
        return _of_reference(result, budget_s)
    found: Explanation | None = Explanation("unknown", "")
    if result.request.precision == "fp32":
        found = _unrun(result.request)
    if found is not None and found.stage == "unknown" and not result.partial:
        found = _climbed(found, result, None, budget_s - (time.perf_counter() - began))
    return found and replace(found, seconds=round(time.perf_counter() - began, 4))


def _of_reference(result: Result, budget_s: float) -> Explanation | None:
    """That the reference disagrees with itself, and by which of its optimisations. Never raises."""
    if result.disagreed is None or result.partial:
        return None
    began = time.perf_counter()
    try:
        answer = reference.itself(result.request, result.disagreed.feed, budget_s)
    except Exception:  # it is said by a warning anyway
        return None
    if answer.stage is None:
        return None
    seconds = round(time.perf_counter() - began, 4)
    return Explanation(answer.stage, answer.sentence, seconds=seconds, rungs=(answer.rung,))


def _unrun(request: Request) -> Explanation:
    """What can be said without running anything. Never raises."""
    so_far = Explanation("unknown", "")
    for what, rung in _STATIC:
        try:
            so_far = rung(request, so_far)
        except ParityError as error:
            so_far = so_far.and_so(f"{what} could not be compared: {' '.join(str(error).split())}")
        except Exception as error:  # a model that nobody foresaw must not cost the report
            why = " ".join(f"{type(error).__name__}: {error}".split())
            so_far = so_far.and_so(f"{what} could not be compared: {why}")
        if so_far.stage != "unknown":
            break
    return so_far


def _climbed(
    found: Explanation, result: Result, stretch: Stretch | None, budget_s: float
) -> Explanation | None:
    """Whose fault it is, behind what was said before. None without a feed. Never raises."""
    asked = failing(result)
    if asked is None:
        return found if found.summary else None
    try:
        climbed = climb(asked, stretch, budget_s)
    except Exception as error:  # nor must this
        why = " ".join(f"{type(error).__name__}: {error}".split())
        climbed = Climbed("unknown", f"whose fault it is could not be told: {why}")
    parts = (climbed.sentence, found.summary.replace(f"; {_GRAPH}", ""))
    if climbed.stage == "unknown":
        parts = (found.summary, climbed.sentence)
    told = [part for part in parts if part]
    summary = " ".join(_sentence(part, first=at == 0) for at, part in enumerate(told))
    return replace(
        found, stage=climbed.stage, summary=summary, rungs=climbed.rungs, stretch=stretch
    )


def _sentence(text: str, *, first: bool) -> str:
    ended = text if text.endswith((".", ")")) else f"{text}."
    return ended if first else f"{ended[0].upper()}{ended[1:]}"


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


Static = Callable[[Request, Explanation], Explanation]

_STATIC: tuple[tuple[str, Static], ...] = (
    ("the weights", _by_weights),
    ("the attributes", _by_attributes),
)
"""From the cheapest: what is compared, and what goes on from what was said before it. The first
that names a stage is the last."""
