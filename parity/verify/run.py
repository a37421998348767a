"""Verify a candidate against its reference, from start to verdict."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from parity.compare.findings import CandidateFailed, Finding, InputDiffers, severity
from parity.compare.verdict import conclude
from parity.compare.warned import ReferenceDisagrees, Warned
from parity.inputs import (
    Example,
    Plan,
    Tokenizer,
    direct,
    find_tokenizer,
    load_tokenizer,
)
from parity.model.agree import agree
from parity.model.domains import signature
from parity.model.opset import opsets
from parity.model.spec import Signature, TokenIds
from parity.verify.answers import unanswered
from parity.verify.caveats import caveats
from parity.verify.checks import Asked, Ran, every
from parity.verify.doubt.rounding import judges_rounding
from parity.verify.early import Early
from parity.verify.facts import environment
from parity.verify.facts.hashing import Hashes
from parity.verify.facts.stopwatch import Stopwatch
from parity.verify.feeds.afford import limits
from parity.verify.feeds.described import described
from parity.verify.feeds.large import large
from parity.verify.feeds.learning import learned
from parity.verify.feeds.own import brought
from parity.verify.feeds.planned import about, fixed, planned
from parity.verify.feeds.recorded import recorded
from parity.verify.feeds.suspects import suspects
from parity.verify.kept.known import Known, known_of
from parity.verify.progress import Step, Watcher, nobody
from parity.verify.reference import Reference, cores
from parity.verify.request import Request
from parity.verify.result import Minimal, Result, keep
from parity.verify.search import Search, cut
from parity.verify.shrink import Shrinker
from parity.verify.sides import Sides


def verify(
    request: Request, watch: Watcher = nobody, *, reference: Reference | None = None
) -> Result:
    """Run both sides on boundary feeds and generated ones, and compare.

    Raises ParityError where no verdict can be reached: files that can't be
    read, a reference that fails, inputs that can't be made. A failing
    candidate is a finding.
    """
    watch(Step("load"))
    clock = Stopwatch()
    hashes = Hashes(request)
    with Sides(request, reference) as sides, hashes:
        # While the engines load: read the graphs, make the plan, import Hypothesis.
        inferred = described(request)
        suspicious = suspects(request, inferred)
        wanted = suspicious.signature
        tokenizer, note = _tokenizer(request, inferred)
        bounds = limits(request, inferred)
        base = planned(request, wanted, tokenizer, bounds)
        own = brought(request, wanted, base)
        known_by_now = [*inferred.evidence, *suspicious.notes, *note, *own.notes]
        watch(Step("load", told=tuple(known_by_now)))
        odd = caveats(request)
        said = every.before(Asked(request, inferred))
        with about(request):
            golden = recorded(request, inferred, tokenizer, bounds, own.examples)
        boundary = fixed(request, own.plan) if getattr(base, "learn", None) is None else []
        structural = sides.ready(inferred)
        with about(request):
            fitted, learnt = learned(base, sides.reference, watch)
        own = own if fitted is base else brought(request, wanted, fitted)
        chosen = own.plan
        boundary = boundary or fixed(request, chosen)
        boundary += direct(wanted.inputs, chosen, limits=bounds)
        boundary += large(request, wanted, boundary, bounds)
        known_by_now = [*inferred.evidence, *suspicious.notes, *note, *own.notes]
        notes = [*known_by_now, f"inputs: {chosen.describe()}", *learnt]
        watch(Step("load", told=tuple(notes)))
        known = known_of(request, chosen, inferred)
        clock.lap("load")
        search = Search(sides, chosen, request.effort, watch)
        search.expects(len(golden) + len(own.examples) + len(boundary))
        early, minimal = Early(search), None
        with early.end():
            if not any(isinstance(f, CandidateFailed | InputDiffers) for f in structural):
                search.own(own.examples)
                _search(search, golden, boundary, known, clock)
            minimal = _minimal(request, search, sides, chosen, boundary, structural, watch)
            clock.lap("shrink")
            if search.found.tally.examples:
                watch(Step("checks", ratio=search.found.ratio))
                said += every.after(Ran(request, inferred, chosen, sides, search, suspicious, said))
                clock.lap("checks")
        if early.signum is not None:
            sides.break_off()
            minimal = minimal or early.smallest()
        if known is not None:
            known.remember(search.found, minimal, whole=early.signum is None)
        engines = {
            role: worker.info
            for role, worker in (("reference", sides.source.worker), ("candidate", sides.candidate))
            if worker.info is not None
        }
        pairs = dict(sides.pairing.names) if sides.pairing else {}
        pairing = [f"outputs paired {sides.pairing.rule}"] if sides.pairing else []
        from_store = sides.from_store
        seconds = {**clock.laps, "engines": sides.busy.seconds}
    findings = [*structural, *_numeric(search, minimal), *said.findings]
    whole = early.signum is None
    if not findings and whole:
        findings += unanswered(request, search.found.tally, plan=chosen.name)
    return Result(
        request=request,
        verdict=conclude(
            search.found.tally,
            findings,
            # What wasn't compared yet, or is too often a tie so far, is no finding yet.
            outputs=pairs if whole else (),
            ties=request.ties if whole else 1.0,
        ),
        signature=inferred,
        notes=(
            *notes,
            *pairing,
            *odd,
            *said.notes,
            *sides.undeclared.values(),
            *cut(request.effort, search.found),
            *_disagreements(request, inferred, findings),
        ),
        environment=_environment(request, hashes.digests),
        engines=engines,
        pairs=pairs,
        minimal=minimal,
        furthest=next(iter(search.found.furthest.chosen()), None),
        boundary=search.found.boundary,
        refused=search.found.refused,
        feeds=search.found.feeds,
        second=search.found.tally.second,
        rounding=search.found.tally.rounding,
        noise=search.found.rounding,
        power=search.found.power.outputs,
        oracle=search.found.oracle,
        warnings=said.warnings,
        # What it does beyond the range that was said or guessed is no matter of the run.
        disagreed=sides.arbiter.disagreed if _disagrees(said.warnings) else None,
        drawn=search.found.drawing.drawn,
        from_store=from_store,
        seconds={**seconds, "total": clock.total},
        ended_by=early.signum,
    )


def _search(
    search: Search,
    golden: Sequence[Example],
    boundary: Sequence[Example],
    known: Known | None,
    clock: Stopwatch,
) -> None:
    if golden:
        search.examples("golden", golden)
        clock.lap("golden")
    before = search.found.tally.examples
    try:
        search.examples("boundary", boundary)
    finally:  # also where the run is ended early
        search.found.boundary = search.found.tally.examples - before
    search.refuse_in_vain()
    clock.lap("boundary")
    if search.found.failing:
        return
    if known is not None:
        search.examples("known", known)
    for stage, part in (("generate", search.generate), ("target", search.target)):
        if not search.found.failing:
            part()
            clock.lap(stage)
    if not search.found.failing and judges_rounding(search.sides.request):
        search.rounding()
        clock.lap("rounding")


def _minimal(
    request: Request,
    search: Search,
    sides: Sides,
    chosen: Plan,
    boundary: Sequence[Example],
    structural: Sequence[Finding],
    watch: Watcher,
) -> Minimal | None:
    failing = search.found.failing
    if failing:
        kind = min(failing, key=lambda k: severity(failing[k][1][0]))
        example, _ = failing[kind]
        shrinker = Shrinker(sides, chosen, kind, budget_s=request.effort.shrink_s, watch=watch)
        small = shrinker.shrink(example)
        tried, steps = shrinker.tried, tuple(shrinker.steps)
    elif structural and search.found.tally.examples:
        # Every feed shows it; the first is the smallest.
        kind, small, tried, steps = type(structural[0]), boundary[0], 0, ()
    else:
        return None
    sides.arbiter.thorough = True
    outcome = sides.evaluate(small)
    findings = (*structural, *outcome.findings)
    return Minimal(
        small,
        keep(outcome.expected),
        keep(outcome.actual),
        findings,
        any(isinstance(f, kind) for f in findings),
        tried,
        steps,
    )


def _disagrees(warnings: Sequence[Warned]) -> bool:
    return any(isinstance(warning, ReferenceDisagrees) for warning in warnings)


def _numeric(search: Search, minimal: Minimal | None) -> list[Finding]:
    """What was found on feeds: of each kind what its smallest example shows."""
    found: dict[tuple[type[Finding], str], Finding] = {}
    smallest = [*(minimal.findings if minimal else ())]
    for example_findings in [
        smallest,
        search.found.golden,
        *(f for _, f in search.found.failing.values()),
    ]:
        for finding in example_findings:
            if type(finding) in search.found.failing:
                what = getattr(finding, "output", "") or getattr(finding, "text", "")
                found.setdefault((type(finding), what), finding)
    return list(found.values())


def _tokenizer(request: Request, inferred: Signature) -> tuple[Tokenizer | None, list[str]]:
    if request.tokenizer is not None:
        found = load_tokenizer(request.tokenizer)
        return found, [f"tokenizer: {found.name}, as told"]
    folders: list[Path] = []
    for side in (request.candidate, request.reference):
        if side.model.program.parent not in folders:
            folders.append(side.model.program.parent)
    for folder in folders:
        beside = find_tokenizer(folder)
        if beside is not None:
            return beside, [f"tokenizer: {beside.name}, found beside the model"]
    if not any(isinstance(spec.domain, TokenIds) for spec in inferred.inputs):
        return None, []  # pictures and numbers need none
    return None, ["tokenizer: none found beside the model, so no texts; --tokenizer names one"]


def _disagreements(request: Request, inferred: Signature, findings: Sequence[Finding]) -> list[str]:
    """What the graphs say otherwise of the inputs, save what is a finding."""
    if request.candidate.model.format != "onnx":
        return []
    told = {finding.input for finding in findings if isinstance(finding, InputDiffers)}
    # What the user says isn't in either graph.
    shown = signature(request.reference.model) if inferred.said else inferred
    return [
        f"the candidate's own graph says otherwise: {line}"
        for line in agree(shown, signature(request.candidate.model), told=told)
    ]


def _environment(request: Request, digests: Mapping[str, str]) -> environment.Environment:
    requested, effective = opsets(request.candidate.model)
    name, flags = environment.cpu()
    return environment.Environment(
        environment.versions(), environment.python(), environment.system(), name, flags,
        cores(), requested, effective, digests,
    )  # fmt: skip
