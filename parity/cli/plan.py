"""``parity plan``: which nodes must stay in FP32 for a lowered model's check to hold."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity import files
from parity.cli import check_case, checking, options, streams
from parity.errors import CaseError, UsageError
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from parity.diagnose.plan.plan import Plan
    from parity.model.artifact import Artifact
    from parity.verify.request import Request

_PATH = click.Path(path_type=Path)
_OPSET = 13  # ERNIE 3.0 deployment guide


@click.command()
@click.argument("model", type=_PATH)
@click.option(
    "--precision", type=click.Choice(["fp16", "int8"]), required=True, help="To lower MODEL to."
)
@click.option("--reference", type=_PATH, help="Paddle model of an ONNX MODEL, if not beside it.")
@click.option("--opset", type=click.IntRange(1), help="To export a Paddle MODEL at; default 13.")
@click.option("--rtol", type=float, help="The tolerance to hold, together with --atol.")
@click.option("--atol", type=float, help="Both default to those of the precision.")
@click.option("--max-examples", type=click.IntRange(1), default=40, show_default=True)
@click.option("--max-batch", type=click.IntRange(1), help="Most rows of a feed.")
@click.option("--max-length", type=click.IntRange(1), help="Longest row of a feed.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--inputs", help="Of a case with several ways of feeding: which.")
@click.option("--models", type=_PATH, help="Folder of models that users bring, for a case.")
@click.option(
    "--budget", type=float, callback=options.positive, default=600.0, show_default=True,
    metavar="SECONDS", help="Time for finding fewer nodes, checks apart.",
)  # fmt: skip
@click.option("--out", type=_PATH, help="Write the model there, too; it is kept in the cache.")
@click.option("--json", "json_file", type=_PATH, help="Write plan and check as JSON; - for stdout.")
def plan(**given: Any) -> int:
    """Find the fewest nodes of MODEL to keep in FP32 so that its FP16 or INT8 model holds.

    MODEL is a Paddle model or zoo:NAME, which is exported; an FP32 .onnx file; or a case, whose
    answers must hold, too. Models with some nodes kept are made and run until the fewest are
    found, and that model is checked as `parity check` does. Exit codes: 0 if there is one, 2 if
    not, or it could not run.
    """
    from parity.diagnose.plan import plan as planning

    checking.keep_out_of_the_way()
    targets.check(json=None if given["json_file"] == STDOUT else given["json_file"])
    if given["out"] is not None:
        _check_out(given["out"])
    request, source = _of_case(given) if check_case.is_case(given["model"]) else _of_model(given)
    console = streams.console(stderr=True)
    from parity.report.live import LiveLine

    def say(line: str) -> None:
        click.echo(shown(line), err=True)

    with LiveLine(console) as live:
        found = planning.plan(request, source, budget_s=given["budget"], say=say, watch=live)
    if given["out"] is not None:
        files.write(given["out"], found.made.path.read_bytes())
    _report(found, source, given)
    return 0


def _of_model(given: Mapping[str, Any]) -> "tuple[Request, Artifact]":
    """The check to hold, and the FP32 file."""
    from parity.exports.derive import derive
    from parity.model.artifact import reference_beside, resolve
    from parity.verify.request import Effort, Request, Side

    model = checking.to_export(given["model"])
    if model.format == "onnx":
        if given["opset"] is not None:
            raise UsageError(f"--opset: {model.program.name} is taken as it is, not exported")
        named = given["reference"]
        reference = resolve(named) if named is not None else reference_beside(model.program)
        source = model
    else:
        if given["reference"] is not None:
            raise UsageError(f"--reference: {model.program.name} is its export's reference itself")
        opset = _OPSET if given["opset"] is None else given["opset"]
        reference, source = model, resolve(derive(model, opset=opset, precision="fp32").path)
    request = Request(
        reference=Side(reference, reference.engine),
        candidate=Side(source, source.engine),
        precision=given["precision"],
        tolerance=options.tolerance(given["precision"], "max", given["rtol"], given["atol"]),
        effort=Effort(given["max_examples"], seed=given["seed"]),
        max_batch=given["max_batch"],
        max_length=given["max_length"],
    )
    return request, source


_CASES_OWN = ("reference", "rtol", "atol", "max_batch", "max_length")


def _of_case(given: Mapping[str, Any]) -> "tuple[Request, Artifact]":
    from parity.case import find
    from parity.exports.derive import derive
    from parity.gate import models, run
    from parity.gate.cells import cells, none_of
    from parity.model.artifact import resolve
    from parity.verify.request import Effort

    for name in _CASES_OWN:
        if given[name] is not None:
            raise UsageError(f"--{name.replace('_', '-')} doesn't go with a case: its file says it")
    case = find(str(given["model"]), (check_case.ROOT,))
    opset = (given["opset"],) if given["opset"] is not None else ()
    chosen = list(cells(case, opsets=opset, precisions=(given["precision"],), engine=None))
    chosen = [c for c in chosen if given["inputs"] in (None, c.inputs.name)]
    if not chosen:
        raise CaseError(none_of(case, precisions=(given["precision"],)))
    if case.candidate is not None:
        raise CaseError(f"{case.name}: names its candidate; there is nothing to make")
    if len(chosen) > 1:
        names = ", ".join(c.inputs.name for c in chosen)
        raise UsageError(f"{case.name} has several ways of feeding ({names}): --inputs says which")
    settings = run.Settings(models.Roots.of(given["models"]), Effort(seed=given["seed"]))
    reference = models.reference(case, settings.roots)
    source = resolve(derive(reference, opset=chosen[0].opset, precision="fp32").path)
    return run.asked(chosen[0], reference, source, settings), source


def _check_out(path: Path) -> None:
    if path.suffix != ".onnx":
        raise UsageError(f"{path}: --out takes a file that ends in .onnx")
    if path.exists():
        raise UsageError(f"{path}: is there; name another file, or move it away")
    files.check_writable(path.parent)


def _report(found: "Plan", source: "Artifact", given: Mapping[str, Any]) -> None:
    from parity.report import document, terminal

    to_stdout = given["json_file"] == STDOUT
    text = document.dumps(
        {
            **document.head(),
            "source": str(source.program),
            "precision": given["precision"],
            "file": str(given["out"] or found.made.path),
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
    )
    if to_stdout:
        click.echo(text, nl=False)
    elif given["json_file"] is not None:
        targets.write(given["json_file"], text, "json")
    console = streams.console(stderr=to_stdout)
    terminal.show(found.result, console)
    for line in _lines(found, given):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _lines(found: "Plan", given: Mapping[str, Any]) -> list[str]:
    precision = given["precision"]
    if not found.keep:
        return [f"plan      nothing has to stay in FP32: {shown(found.made.coverage)}"]
    few = "" if found.minimal else ", though fewer may do: time was up"
    lines = [
        f"plan      {len(found.keep)} of {found.of} nodes in FP32{few}; {found.trials} models "
        f"tried, {found.seconds:.0f} s; {shown(found.made.coverage)}",
        f"model     {shown(given['out'] or found.made.path)}",
        "case      as follows, in its case.toml:",
        f"[candidate.{precision}]",
    ]
    return [*lines, f"keep = {json.dumps(list(found.keep), ensure_ascii=False)}"]
