"""Why a verification came out as it did: rungs, the cheapest first, up to the one that knows."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from parity.compare.answers import AnswerDiffers, ConfidenceDiffers, GoldenDiffers, TooManyTies
from parity.compare.attributes import AttributeAbsurd
from parity.compare.coverage import UnseenDiffers
from parity.compare.findings import (
    CandidateFailed,
    DtypeDiffers,
    NonFiniteDiffers,
    PaddingDiffers,
    ShapeDiffers,
    ValuesDiffer,
)
from parity.compare.noticed import BeyondRounding
from parity.diagnose.inner.force import Started, started
from parity.diagnose.ladder import reference, second
from parity.diagnose.ladder import rung as ladder
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing, failing
from parity.diagnose.rung import Asked, Rung, Said
from parity.diagnose.rungs.fault import by_ladder
from parity.diagnose.rungs.ops import by_ops
from parity.diagnose.rungs.refused import by_refusal
from parity.diagnose.stage import Stage
from parity.diagnose.strip import Neighbour, reading, strip
from parity.engines import reads_model
from parity.errors import ParityError
from parity.model.artifact import Artifact
from parity.model.parts.onnx_cut import Graph
from parity.model.tensors import Feed
from parity.verify.request import Request
from parity.verify.result import Result
from parity.written.attributes.compare import compare as attributes
from parity.written.culprit import Culprit
from parity.written.said import WeightSaid
from parity.written.stretch import Stretch
from parity.written.weights import compare

BUDGET_S = 20.0
"""Seconds for all rungs; a check that takes half a minute may take so much longer."""

_SHARES = {"ops": 0.6}
"""Of the budget, by rung: whose fault it is must be asked, too."""

_ABOUT_VALUES = (
    ValuesDiffer, AnswerDiffers, GoldenDiffers, ConfidenceDiffers, TooManyTies, PaddingDiffers,
    NonFiniteDiffers, BeyondRounding, AttributeAbsurd, ShapeDiffers, DtypeDiffers, CandidateFailed,
    UnseenDiffers,
)  # fmt: skip

_GRAPH = "the difference is born in the graph"


@dataclass(frozen=True)
class Explanation:
    """What is to blame.

    stage: whose fault it is; "rounding" where it is nobody's, "unknown" where no rung knows.
    summary: one sentence or a few. weights, culprits: to blame, the first first. worst: the ops
    that are furthest off for their rounding. aligned: how many of the reference's ``of`` inner
    tensors were found in the candidate. rungs: what was asked, in order. seconds: what it took.
    strip: the node that is first to blame, or reads the weight that is, between its neighbours.
    """

    stage: Stage
    summary: str
    weights: tuple[WeightSaid, ...] = ()
    seconds: float = 0.0
    culprits: tuple[Culprit, ...] = ()
    worst: tuple[Culprit, ...] = ()
    aligned: int = 0
    of: int = 0
    rungs: tuple[ladder.Rung, ...] = ()
    strip: tuple[Neighbour, ...] = ()

    @property
    def stretch(self) -> Stretch | None:
        """The guilty piece of the candidate, where one was found."""
        return next((c.stretch for c in self.culprits if c.stretch is not None), None)


def explain(
    result: Result, *, budget_s: float = BUDGET_S, sides: Started | None = None
) -> Explanation | None:
    """Explain a failing run; None for one that passes, or differs in no value.

    One whose reference disagrees with itself is explained as such, though it passes. budget_s:
    seconds for what runs the models; 0 leaves that out. sides: what compares the ops, where it is
    loading already; it is used up. Never raises: what can't be explained is said to be so.
    """
    about_values = any(
        isinstance(f, _ABOUT_VALUES)
        and not (isinstance(f, GoldenDiffers) and f.side == "reference")
        for f in result.verdict.findings
    )
    if result.passed or not about_values:
        return _of_reference(result, budget_s)
    runs = result.minimal is not None and budget_s > 0 and not result.partial
    return climb(
        result.request,
        result.minimal.example.feed if runs and result.minimal is not None else None,
        result.pairs,
        budget_s=budget_s or math.inf,
        failed=failing(result) if runs else None,
        refusal=next(_refusals(result), None),
        sides=sides,
    )


def _refusals(result: Result) -> Iterator[str]:
    for finding in result.verdict.findings:
        if isinstance(finding, CandidateFailed) and finding.doing == "open":
            yield finding.cause


def _of_reference(result: Result, budget_s: float) -> Explanation | None:
    """That the reference disagrees with itself, and by which of its optimisations. Never raises."""
    if result.disagreed is None or result.partial or budget_s <= 0:
        return None
    began = time.monotonic()
    try:
        answer = reference.itself(result.request, result.disagreed.feed, budget_s)
    except Exception:  # it is said by a warning anyway
        return None
    if answer.stage is None:
        return None
    seconds = round(time.monotonic() - began, 4)
    return Explanation(answer.stage, answer.sentence, seconds=seconds, rungs=(answer.rung,))


def climb(
    request: Request, feed: Feed | None, pairs: Mapping[str, str], *, budget_s: float,
    failing: bool = True, failed: Failing | None = None, refusal: str | None = None,
    sides: Started | None = None,
) -> Explanation | None:  # fmt: skip
    """Ask one rung after another; None where none has anything to go by.

    failing, failed, refusal, sides: as of ``Asked``.
    """
    began = time.monotonic()
    asked = Asked(request, feed, pairs, began + budget_s, failing, failed, refusal=refusal)
    reference, candidate = request.reference.model, request.candidate.model
    ops = feed is not None and candidate.format == "onnx" and reference.format != "onnx"
    with ExitStack() as stack:
        if ops and sides is not None:
            asked = replace(asked, sides=sides)
        elif ops:  # loading takes longer than the weights and attributes do
            asked = _with_sides(asked, reference, candidate, stack)
        for name, rung in (RUNGS if _read(request) else {"ladder": by_ladder}).items():
            until = began + budget_s * _SHARES.get(name, 1.0)
            said = _ask(name, rung, replace(asked, until=until))
            if said is not None:
                asked = replace(asked, earlier=(*asked.earlier, said))
                if said.settled:
                    break
    if not asked.earlier:
        return None
    found = _explanation(asked.earlier, time.monotonic() - began)
    if failed is not None and failing:
        found = _with_vote(found, failed, began + budget_s - time.monotonic())
    return replace(found, strip=_strip(request, found))


def _with_vote(found: Explanation, failed: Failing, left_s: float) -> Explanation:
    """What another exporter's file says on the same feed, beside whoever is to blame."""
    if (voted := second.vote(failed, Clock(left_s))) is None:
        return found
    summary, rungs = _summary([found.summary, voted.heard(found.stage)]), (*found.rungs, voted.rung)
    return replace(found, summary=summary, rungs=rungs, seconds=found.seconds + voted.rung.seconds)


def _read(request: Request) -> bool:
    """Whether both engines read their files, whose weights and ops say something then."""
    return reads_model(request.reference.engine) and reads_model(request.candidate.engine)


def _strip(request: Request, found: Explanation) -> tuple[Neighbour, ...]:
    if request.candidate.model.format != "onnx" or not (found.culprits or found.weights):
        return ()
    try:
        graph = Graph(request.candidate.model.program)
    except ParityError:  # it went since: what was said stands
        return ()
    if found.culprits:
        return strip(graph, found.culprits[0])
    return reading(graph, found.weights[0].name)


def _with_sides(asked: Asked, reference: Artifact, candidate: Artifact, stack: ExitStack) -> Asked:
    try:
        sides = stack.enter_context(started(reference, candidate, asked.until))
    except (ParityError, OSError) as error:  # the rungs that run nothing are climbed all the same
        return replace(asked, earlier=(Said("ops", f"the ops could not be compared: {error}"),))
    return replace(asked, sides=sides)


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
    """The last rung that knows whose fault it is knows best; what the others found stays."""
    knows = next((s for s in reversed(said) if s.stage != "unknown"), None)
    blames = next((s for s in reversed(said) if s.culprits or s.weights), None)
    if knows is not None and knows.stage == "rounding" and blames is not None:
        knows = None  # one of the two is wrong, and which can't be told
    measured = next((s for s in reversed(said) if s.of), said[-1])
    # Who is to blame first, then who isn't; where nobody knows, in the order of asking.
    first = [s for s in (knows, blames) if s is not None]
    told = [*first, *(s for s in said if s not in first)]
    if knows is not None and knows.settled:
        told = [knows]
    return Explanation(
        "unknown" if knows is None else knows.stage,
        _summary([s.sentence for s in told]),
        next((s.weights for s in reversed(said) if s.weights), ()),
        round(seconds, 4),
        () if blames is None else blames.culprits,
        measured.worst, measured.aligned, measured.of,
        tuple(question for s in said for question in s.questions),
    )  # fmt: skip


_BLAMED = "blamed: "


def _summary(sentences: Sequence[str]) -> str:
    """One after the other, each ended; who is blamed is said once to be so."""
    told = [text for text in dict.fromkeys(sentences) if text]
    if len(told) == 1:
        return told[0]
    if any("blamed" in text for text in told):
        told = [text.replace(f"; {_GRAPH}", "") for text in told]
    first, *others = told
    others = [text.removeprefix(_BLAMED) if first.startswith(_BLAMED) else text for text in others]
    return " ".join([_ended(first), *(_ended(f"{t[:1].upper()}{t[1:]}") for t in others)])


def _ended(text: str) -> str:
    return text if text.endswith((".", ".)")) else f"{text}."


def by_weights(asked: Asked) -> Said | None:
    """The stored weights. Those of lower precisions are compared by the run itself."""
    if asked.request.family != "fp32":
        return None
    found = compare(asked.request.reference.model, asked.request.candidate.model)
    sentence = found.sentence(rounding=True)
    blamed = found.blamed(rounding=True)
    if blamed:
        # What is nowhere may be lost with the op that reads it: that is asked, too.
        lost = all(said.kind == "missing" for said in blamed)
        return Said("weights", sentence, "weights", settled=not lost, weights=blamed)
    if found.acquitted:
        differs = asked.failing and asked.refusal is None  # what doesn't load gave no values
        sentence = f"{sentence}; {_GRAPH}" if differs else sentence
    if found.notes:
        sentence = f"{sentence} ({'; '.join(found.notes[:1])})"
    return Said("weights", sentence)


def by_attributes(asked: Asked) -> Said | None:
    """What each op is told beside its inputs; none of it changes in lower precisions."""
    if asked.request.family != "fp32":
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
    "refusal": by_refusal,
    "ops": by_ops,
    "ladder": by_ladder,
}
"""In the order in which they are climbed; a rung sees what those before it said."""
