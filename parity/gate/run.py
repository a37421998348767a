"""Run one cell."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from parity import golden
from parity.case import Case
from parity.compare.answers import GoldenDiffers
from parity.compare.findings import NothingCompared
from parity.diagnose.ended import explained
from parity.diagnose.explain import BUDGET_S
from parity.errors import CaseError, ParityError
from parity.exports.derive import Derived, derive
from parity.gate import models
from parity.gate.cell import Cell, CellResult, Status
from parity.gate.models import NotHereError, Roots
from parity.gate.provenance import provenance
from parity.gate.readers import own
from parity.model.artifact import Artifact, resolve
from parity.model.domains import signature
from parity.model.notation.applied import told
from parity.processes.interpreter import interpreter
from parity.shown import command
from parity.verify.checks.itself import itself
from parity.verify.progress import Watcher, nobody
from parity.verify.reference import Reference
from parity.verify.request import Effort, Recorded, Request, Side, computing
from parity.verify.result import Result
from parity.verify.run import verify


@dataclass(frozen=True)
class Settings:
    """What a session decides for all cells.

    examples: of every cell; None takes the case's, ``scale`` times. database:
    folder of failing examples. replay: blobs of others. strict: a cell with a warning fails.
    explain_s: seconds that the explanation of a failing cell may run the models; 0 runs nothing.
    """

    roots: Roots
    effort: Effort
    examples: int | None = None
    scale: float = 1.0
    database: Path | None = None
    replay: tuple[str, ...] = ()
    strict: bool = False
    timeout_s: float = 120.0
    explain_s: float = BUDGET_S


def run(
    cell: Cell, settings: Settings, watch: Watcher = nobody, *, reference: Reference | None = None
) -> CellResult:
    """Verify a cell. Never raises for what a model or a case is guilty of."""
    begun = time.monotonic()
    derived: Derived | None = None
    try:
        # Before the models: a golden must be there even where they aren't.
        recording = _recording(cell.case)
        model = models.reference(cell.case, settings.roots)
        candidate, derived = made(cell, model, settings)
        question = _with_recorded(request(cell, model, candidate, settings), cell.case, recording)
        _two_models(cell, question)
        readers = own(cell.case, question, settings.roots)
        result = readers.beside(verify(question, watch, reference=reference))
        status: Status = "error"
        if result.partial:
            reason = _partial(result)
        else:
            status, reason = judge(cell, result, derived)
    except NotHereError as error:
        return CellResult(cell, "not run", str(error), seconds=time.monotonic() - begun)
    except ParityError as error:
        # An error is never an expected failure: xfail is for what a candidate does.
        return CellResult(
            cell, "error", str(error), derived=derived, seconds=time.monotonic() - begun
        )
    explanation = None
    if status == "failed":
        result, explanation = explained(result, budget_s=settings.explain_s, watch=watch)
    seconds = time.monotonic() - begun
    return CellResult(
        cell, status, reason, result, derived, seconds=seconds, explanation=explanation
    )


def _partial(result: Result) -> str:
    findings = result.verdict.findings
    found = f"; found so far: {findings[0]}" if findings else ""
    return f"interrupted after {result.verdict.examples} examples{found}"


def made(cell: Cell, model: Artifact, settings: Settings) -> tuple[Artifact, Derived | None]:
    """The candidate: the case's file, or one exported and turned into the cell's precision."""
    given = models.candidate(cell.case, settings.roots)
    if given is not None:
        return given, None
    derived = derive(
        model, opset=cell.opset, precision=cell.precision, keep=cell.keep, by=cell.by,
        calibration=models.calibration(cell, model, settings.roots),
    )  # fmt: skip
    return resolve(derived.path), derived


def request(cell: Cell, model: Artifact, candidate: Artifact, settings: Settings) -> Request:
    """What ``parity check`` would be asked for this cell."""
    case, inputs = cell.case, cell.inputs
    if inputs.said:  # told here, where it is known in which file it stands
        told(signature(model), inputs.said, what=f"{case.file}: [inputs.{inputs.name}] input")
    allowance = case.allowances[cell.precision]
    sides = {}
    for role, artifact in (("reference", model), ("candidate", candidate)):
        name, options = case.engines[role]
        if role == "candidate" and cell.engine:
            name = cell.engine
        env = case.environments.get(role)
        if role == "candidate" and cell.environment is not None:
            env = cell.environment
        other = None if env is None else interpreter(env)
        sides[role] = Side(artifact, name or artifact.engine, options, other)
        if role == "candidate" and artifact is not model:  # of some questions only the reference
            sides[role] = computing(sides[role], cell.precision, named=name is not None)
    usual = inputs.examples or settings.effort.max_examples
    examples = settings.examples or max(1, round(usual * settings.scale))
    return Request(
        reference=sides["reference"],
        candidate=sides["candidate"],
        precision=cell.precision,
        tolerance=allowance.tolerance,
        effort=replace(settings.effort, max_examples=examples),
        tokenizer=models.tokenizer(case, model, settings.roots),
        kind=inputs.kind,
        max_batch=inputs.max_batch,
        max_length=inputs.max_length,
        said=inputs.said,
        feeds=tuple(case.folder / path for path in inputs.feeds),
        picture=inputs.picture,
        task=case.task,
        confidence=allowance.confidence,
        ties=allowance.ties,
        accepted=case.accepted,
        golden_batch=case.golden_batch,
        golden_confidence=case.allowances["fp32"].confidence,
        database=settings.database,
        replay=settings.replay,
        strict=settings.strict,
        calibration=models.calibration(cell, model, settings.roots),
        max_size_mb=case.limits[cell.precision].max_size_mb,
        run_timeout_s=settings.timeout_s,
    )


def asked(cell: Cell, model: Artifact, candidate: Artifact, settings: Settings) -> Request:
    """The same with the golden's answers, which must be there. Raises CaseError."""
    recording = _recording(cell.case)
    return _with_recorded(request(cell, model, candidate, settings), cell.case, recording)


def _with_recorded(asked: Request, case: Case, recording: golden.Golden | None) -> Request:
    return replace(asked, golden=_recorded(case, recording, asked))


def _two_models(cell: Cell, asked: Request) -> None:
    """Raise CaseError for a case that compares a model with itself, by the same engine."""
    found = itself(asked)
    if found is None or asked.reference.engine != asked.candidate.engine:
        return
    made = " (an ONNX reference is its own FP32 export)" if cell.case.candidate is None else ""
    raise CaseError(
        f"{cell.case.name}: {found}{made}; say where the exported model is: [candidate] path = …"
    )


def judge(cell: Cell, result: Result, derived: Derived | None) -> tuple[Status, str]:
    """Status and reason of a verdict, with what the case expects."""
    row = cell.xfail
    if not result.passed:
        return ("xfailed", row.reason) if row and _candidates(result) else ("failed", _why(result))
    if row:
        return "xpassed", f"passes, but is expected to fail ({row.reason}); drop that [[xfail]]"
    if derived is not None and derived.effective_opset != cell.opset:
        emitted = derived.effective_opset
        if emitted in cell.case.upgrades:
            return "upgraded", f"emitted at opset {emitted}, which the case accepts"
        return "failed", (
            f"emitted at opset {emitted}, not {cell.opset}; "
            f"if that is right, write upgrades = [{emitted}] under [candidate]"
        )
    return "passed", ""


def _why(result: Result) -> str:
    """Why a verification doesn't pass. A warning comes last: it is no finding."""
    for finding in result.verdict.findings:
        return str(finding)
    if not result.verdict.passed:
        return "nothing was compared"
    return f"a warning, and warnings are refused (strict): {result.warnings[0]}"


def _candidates(result: Result) -> bool:
    """Whether what was found is what a candidate did, which is all that an xfail may excuse."""
    return bool(result.verdict.findings) and not any(
        isinstance(f, NothingCompared) or (isinstance(f, GoldenDiffers) and f.side == "reference")
        for f in result.verdict.findings
    )


def _recording(case: Case) -> golden.Golden | None:
    """The case's golden. Raises CaseError for one that isn't there, or waits for a review."""
    waiting = golden.waiting(case.folder)
    if waiting:
        named = command(["parity", "review", case.folder])
        raise CaseError(f"{waiting[0]}: recorded, and nobody has looked at it yet; run `{named}`")
    return None if case.golden is None else golden.load(case.folder / case.golden)


def _recorded(case: Case, recording: golden.Golden | None, asked: Request) -> tuple[Recorded, ...]:
    """The golden's answers, once it is sure that they are of this model. Raises CaseError."""
    if recording is None:
        return ()
    if recording.provenance is not None:
        off = golden.differences(recording.provenance, provenance(asked))
        if off:
            path = case.folder / (case.golden or "")
            raise CaseError(
                f"{path}: recorded from something else: {'; '.join(off)}; "
                f"if that is meant, look at the answers of `parity record {case.name}`"
            )
    return recording.sentences
