"""Why a verification came out as it did: rungs, the cheapest first, up to the one that knows."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from parity.compare.answers import AnswerDiffers, ConfidenceDiffers, GoldenDiffers, TooManyTies
from parity.compare.attributes import AttributeAbsurd
from parity.compare.findings import NonFiniteDiffers, PaddingDiffers, ValuesDiffer
from parity.compare.noticed import BeyondRounding
from parity.diagnose.attributes.compare import compare as attributes
from parity.diagnose.culprit import Culprit
from parity.diagnose.inner.rung import by_ops
from parity.diagnose.rung import Asked, Rung, Said, Stage
from parity.diagnose.said import WeightSaid
from parity.diagnose.weights import compare
from parity.errors import ParityError
from parity.model.tensors import Feed
from parity.verify.request import Request
from parity.verify.result import Result

BUDGET_S = 20.0
"""Seconds for all rungs; a check that takes half a minute may take so much longer."""

_ABOUT_VALUES = (
    ValuesDiffer, AnswerDiffers, GoldenDiffers, ConfidenceDiffers, TooManyTies, PaddingDiffers,
    NonFiniteDiffers, BeyondRounding, AttributeAbsurd,
)  # fmt: skip

_GRAPH = "the difference is born in the graph"


@dataclass(frozen=True)
class Explanation:
    """What is to blame.

    stage: whose fault it is; "rounding" where it is nobody's, "unknown" where no rung knows.
    summary: one sentence or a few. weights, culprits: to blame, the first first. worst: the ops
    that are furthest off for their rounding. aligned: how many of the reference's ``of`` inner
    tensors were found in the candidate. rungs: what each said. seconds: what it took.
    """

    stage: Stage
    summary: str
    weights: tuple[WeightSaid, ...] = ()
    seconds: float = 0.0
    culprits: tuple[Culprit, ...] = ()
    worst: tuple[Culprit, ...] = ()
    aligned: int = 0
    of: int = 0
    rungs: tuple[Said, ...] = ()


def explain(result: Result, *, budget_s: float = BUDGET_S) -> Explanation | None:
    """Explain a failing run; None for one that passes, or differs in no value.

    budget_s: seconds for what runs the models; 0 leaves those out. Never raises: what can't be
    explained is said to be so.
    """
    about_values = any(
        isinstance(f, _ABOUT_VALUES)
        and not (isinstance(f, GoldenDiffers) and f.side == "reference")
        for f in result.verdict.findings
    )
    if result.passed or not about_values:
        return None
    feed = result.minimal.example.feed if result.minimal is not None and budget_s else None
    return climb(result.request, feed, result.pairs, budget_s=budget_s or math.inf)


def climb(
    request: Request, feed: Feed | None, pairs: Mapping[str, str], *, budget_s: float,
    failing: bool = True,
) -> Explanation | None:  # fmt: skip
    """Ask one rung after another; None where none has anything to go by."""
    began = time.monotonic()
    asked = Asked(request, feed, pairs, began + budget_s, failing)
    for name, rung in RUNGS.items():
        said = _ask(name, rung, asked)
        if said is not None:
            asked = replace(asked, earlier=(*asked.earlier, said))
            if said.settled:
                break
    return _explanation(asked.earlier, time.monotonic() - began) if asked.earlier else None


def _ask(name: str, rung: Rung, asked: Asked) -> Said | None:
    began = time.monotonic()
    try:
        said = rung(asked)
    except ParityError as error:
        why = str(error)
    except Exception as error:  # a model that nobody foresaw must not cost the report
        why = f"{type(error).__name__}: {error}"
    else:
        return said and replace(said, seconds=round(time.monotonic() - began, 4))
    sentence = f"the {name} could not be compared: {' '.join(why.split())}"
    return Said(name, sentence, seconds=round(time.monotonic() - began, 4))


def _explanation(said: tuple[Said, ...], seconds: float) -> Explanation:
    """The last rung knows best; what those below found stays."""
    last = said[-1]
    measured = next((s for s in reversed(said) if s.of), last)
    # Who is to blame first, then who isn't; where nobody knows, in the order of asking.
    told = said if last.stage == "unknown" and not last.culprits else (last, *said[:-1])
    summary = "; ".join(s.sentence for s in told)
    return Explanation(
        last.stage, last.sentence if last.settled else summary, last.weights, round(seconds, 4),
        next((s.culprits for s in reversed(said) if s.culprits), ()), measured.worst,
        measured.aligned, measured.of, said,
    )  # fmt: skip


def by_weights(asked: Asked) -> Said | None:
    """The stored weights. Those of lower precisions are compared by the run itself."""
    if asked.request.precision != "fp32":
        return None
    found = compare(asked.request.reference.model, asked.request.candidate.model)
    sentence = found.sentence(rounding=True)
    blamed = found.blamed(rounding=True)
    if blamed:
        return Said("weights", sentence, "weights", settled=True, weights=blamed)
    if found.acquitted:
        sentence = f"{sentence}; {_GRAPH}" if asked.failing else sentence
    if found.notes:
        sentence = f"{sentence} ({'; '.join(found.notes[:1])})"
    return Said("weights", sentence)


def by_attributes(asked: Asked) -> Said | None:
    """What each op is told beside its inputs; none of it changes in lower precisions."""
    if asked.request.precision != "fp32":
        return None
    found = attributes(asked.request.reference.model, asked.request.candidate.model)
    if found.culprits:
        return Said(
            "attributes", found.sentence(), "attributes", settled=True, culprits=found.culprits
        )
    return Said("attributes", found.sentence()) if found.compared else None


RUNGS: dict[str, Rung] = {
    "weights": by_weights,
    "attributes": by_attributes,
    "ops": by_ops,
}
"""In the order in which they are climbed; a rung sees what those before it said."""
