"""Which few nodes must stay in FP32 for a lowered model's check to hold."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parity import files
from parity.api.options import AnyPath
from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.diagnose.plan.plan import BUDGET_S, Plan, plan
from parity.errors import CaseError, UsageError
from parity.model.artifact import Artifact, reference_beside, resolve
from parity.shown import shown
from parity.target import OPSET, find_case, is_case, model
from parity.verify.request import Effort, Request, Side


@dataclass(frozen=True)
class Planned:
    """A lowered model whose check holds.

    path: the ONNX file. source: the FP32 one. precision: "fp16" or "int8". plan: all of it.
    """

    path: Path
    source: Artifact
    precision: str
    plan: Plan

    @property
    def keep(self) -> tuple[str, ...]:
        """Names of the nodes that stay in FP32; () where none has to."""
        return self.plan.keep

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of ``parity plan --json``."""
        from parity.report import document

        found = self.plan
        return {
            **document.head(),
            "source": str(self.source.program),
            "precision": self.precision,
            "file": str(self.path),
            "keep": list(found.keep),
            "of": found.of,
            "minimal": found.minimal,
            "coverage": found.made.coverage,
            "ranked": [
                {"node": r.node, "op_type": r.op_type, "cost": r.cost} for r in found.ranked
            ],
            "trials": found.trials,
            "seconds": found.seconds,
            "check": document.document(found.result),
        }

    def to_json(self) -> str:
        """What ``parity plan --json`` writes."""
        from parity.report.document import dumps

        return dumps(self.to_dict())


def planned(
    candidate: AnyPath,
    *,
    precision: str,
    reference: AnyPath | None = None,
    opset: int | None = None,
    tolerance: Tolerance | None = None,
    max_examples: int = 40,
    max_batch: int | None = None,
    max_length: int | None = None,
    seed: int = 0,
    inputs: str | None = None,
    models: AnyPath | None = None,
    budget_s: float = BUDGET_S,
    out: AnyPath | None = None,
    progress: bool = False,
) -> Planned:
    """Find the fewest nodes to keep in FP32 so that an FP16 or INT8 model's check holds.

    candidate: a Paddle model or zoo:NAME, which is exported; an FP32 ONNX file, whose reference
        lies beside it or is named; or a case, whose answers must hold, too.
    inputs: of a case with several ways of feeding, which. models: where models that users bring
        lie. budget_s: for finding fewer nodes, checks apart. out: the file to write, too.

    Raises ParityError, one line: what makes no sense, what differs in FP32 already, what no
    lowered model was found to hold.
    """
    target = None if out is None else Path(out)
    if target is not None:
        _check_out(target)
    if is_case(candidate):
        given = (reference, tolerance, max_batch, max_length)
        if any(value is not None for value in given):
            raise UsageError("a case's file says its reference, tolerance and bounds of its feeds")
        request, source = _of_case(candidate, precision, opset, inputs, models, seed)
    else:
        request, source = _of_model(
            candidate, reference, precision, opset, Effort(max_examples, seed=seed), tolerance,
            max_batch, max_length,
        )  # fmt: skip
    found = _run(request, source, budget_s, progress=progress)
    if target is not None:
        files.write(target, found.made.path.read_bytes())
    return Planned(target or found.made.path, source, precision, found)


def _run(request: Request, source: Artifact, budget_s: float, *, progress: bool) -> Plan:
    if not progress:
        return plan(request, source, budget_s=budget_s)
    from parity.report.console import Plain
    from parity.report.watched.live import LiveLine

    def say(line: str) -> None:
        with live.aside():
            sys.stderr.write(f"{shown(line)}\n")

    with LiveLine(Plain(stderr=True)) as live:
        return plan(request, source, budget_s=budget_s, say=say, watch=live)


def _of_model(
    candidate: AnyPath, reference: AnyPath | None, precision: str, opset: int | None,
    effort: Effort, tolerance: Tolerance | None, max_batch: int | None, max_length: int | None,
) -> tuple[Request, Artifact]:  # fmt: skip
    """The check to hold, and the FP32 file."""
    from parity.exports.derive import derive

    found = model(candidate).source()
    if found.format == "onnx":
        if opset is not None:
            raise UsageError(f"--opset: {found.program.name} is taken as it is, not exported")
        right = (
            reference_beside(found.program) if reference is None else model(reference).reference()
        )
        source = found
    else:
        if reference is not None:
            raise UsageError(f"--reference: {found.program.name} is its export's reference itself")
        made = derive(found, opset=OPSET if opset is None else opset, precision="fp32")
        right, source = found, resolve(made.path)
    request = Request(
        reference=Side(right, right.engine),
        candidate=Side(source, source.engine),
        precision=precision,
        tolerance=tolerance or DEFAULTS[precision],
        effort=effort,
        max_batch=max_batch,
        max_length=max_length,
    )
    return request, source


def _of_case(
    name: AnyPath, precision: str, opset: int | None, inputs: str | None, folder: AnyPath | None,
    seed: int,
) -> tuple[Request, Artifact]:  # fmt: skip
    from parity.exports.derive import derive
    from parity.gate import models, run
    from parity.gate.cells import cells, none_of

    case = find_case(name)
    opsets = () if opset is None else (opset,)
    chosen = list(cells(case, opsets=opsets, precisions=(precision,), engine=None))
    chosen = [c for c in chosen if inputs in (None, c.inputs.name)]
    if not chosen:
        raise CaseError(none_of(case, precisions=(precision,)))
    if case.candidate is not None:
        raise CaseError(f"{case.name}: names its candidate; there is nothing to make")
    if len(chosen) > 1:
        names = ", ".join(c.inputs.name for c in chosen)
        raise UsageError(f"{case.name} has several ways of feeding ({names}): --inputs says which")
    roots = models.Roots.of(None if folder is None else Path(folder))
    settings = run.Settings(roots, Effort(seed=seed))
    reference = models.reference(case, settings.roots)
    source = resolve(derive(reference, opset=chosen[0].opset, precision="fp32").path)
    return run.asked(chosen[0], reference, source, settings), source


def _check_out(path: Path) -> None:
    if path.suffix != ".onnx":
        raise UsageError(f"{path}: --out takes a file that ends in .onnx")
    if path.exists():
        raise UsageError(f"{path}: is there; name another file, or move it away")
    files.check_writable(path.parent)
