"""``parity check CASE``: the cells of one case."""

import difflib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from parity.case import FILE, find
from parity.cli import checking, streams
from parity.errors import CaseError, ParityError, UsageError
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from rich.console import Console

    from parity.gate.cell import Cell, CellResult
    from parity.gate.run import Settings
    from parity.verify.result import Result

ROOT = Path("golden")

MODELS = (".onnx", ".json", ".pdmodel", ".pdiparams")
"""Ends of a model's files; a prefix of one is no case either."""

_OURS = {
    *("model", "precision", "opset", "max_examples", "budget", "shrink_budget", "seed", "models"),
    *("candidate_engine", "timeout", "strict", "database", "json_file", "bundle"),
}
"""Options that go with a case. What the others say is in its case.toml."""

_COLOURS = {"passed": "green", "upgraded": "green", "xfailed": "yellow", "not run": "yellow"}


def is_case(path: Path) -> bool:
    """Whether a path is a case: folder, file, or, where nothing lies there, nearly its name."""
    if path.name == FILE or (path / FILE).is_file():
        return True
    if path.exists() or path.suffix in MODELS:
        return False
    if any(Path(f"{path}{end}").exists() for end in MODELS):
        return False
    known = [folder.parent.name for folder in ROOT.glob(f"*/{FILE}")]
    # One that is nearly the name of a case: `find` then says which.
    return bool(difflib.get_close_matches(str(path), known, n=1))


def run(given: Mapping[str, Any], context: click.Context) -> int:
    """Run a case's cells, report each, and give the exit code."""
    checking.keep_out_of_the_way()
    to_stdout = given["json_file"] == STDOUT
    json_file = checking.check_targets(given)
    try:
        chosen, settings = _chosen(given, context)
    except ParityError as error:
        checking.report_failure(str(error), json_file, to_stdout=to_stdout)
        raise
    from parity.report import terminal

    console = streams.console(stderr=to_stdout)
    results, ended_by = _run(chosen, settings, streams.console(stderr=True))
    aside = _files(
        results, json_file, given["bundle"], to_stdout=to_stdout, partial=ended_by is not None
    )
    for result in results:
        _show(result, console)
    if aside is not None:
        terminal.aside(aside, console)
    if ended_by is not None:
        return streams.ended(ended_by, f"in cell {len(results)} of {len(chosen)}")
    return _code(results)


def _chosen(given: Mapping[str, Any], context: click.Context) -> "tuple[list[Cell], Settings]":
    from parity.gate.cells import cells, none_of
    from parity.gate.models import Roots
    from parity.gate.run import Settings
    from parity.verify.request import Effort

    def told(name: str) -> bool:
        return context.get_parameter_source(name) is ParameterSource.COMMANDLINE

    for parameter in context.command.params:
        if parameter.name not in _OURS and parameter.name and told(parameter.name):
            raise UsageError(f"{parameter.opts[0]} doesn't go with a case: its {FILE} decides that")
    case = find(str(given["model"]), (ROOT,))
    opset = given["opset"]
    chosen = list(
        cells(
            case,
            opsets=() if opset is None else (opset,),
            precisions=(given["precision"],) if told("precision") else (),
            engine=given["candidate_engine"],
        )
    )
    if not chosen:
        told_precision = (given["precision"],) if told("precision") else ()
        raise CaseError(none_of(case, precisions=told_precision))
    settings = Settings(
        Roots.of(given["models"]),
        Effort(100, given["budget"], given["shrink_budget"], given["seed"]),
        examples=given["max_examples"] if told("max_examples") else None,
        database=checking.database(given),
        strict=given["strict"],
        timeout_s=given["timeout"],
        explain_s=given["explain_budget"],
    )
    return chosen, settings


def _run(
    chosen: "Sequence[Cell]", settings: "Settings", console: "Console"
) -> "tuple[list[CellResult], int | None]":
    from parity.gate.matrix import gather, run_all
    from parity.report.live import LiveLine

    with LiveLine(console) as live:
        return gather(run_all(chosen, settings, live))


def _show(result: "CellResult", console: "Console") -> None:
    from rich.markup import escape

    from parity.gate import drift
    from parity.report import terminal

    colour = _COLOURS.get(result.status, "red")
    head = f"[bold]{escape(shown(result.cell.name))}[/bold] [{colour}]{result.status}[/{colour}]"
    same = f" [dim](the graph of {escape(shown(result.same_as))})[/dim]" if result.same_as else ""
    console.print(f"{head}{same}", highlight=False)
    if result.reason:
        console.print(escape(shown(result.reason)), highlight=False, soft_wrap=True)
    if result.result is not None and not result.same_as:
        if result.status in ("passed", "upgraded", "xfailed"):
            console.print(_counted(result.result), highlight=False)
            for warning in result.result.warnings:
                line = f"[yellow]warning[/yellow]   {escape(str(warning))}"
                console.print(line, highlight=False, soft_wrap=True)
            return
        terminal.show(result.result, console, explanation=result.explanation)
        changed = drift.lines(drift.found(result.result.verdict.findings))
        if changed:
            console.print("changed since the golden was recorded:", highlight=False)
        for line in changed:
            console.print(escape(line), highlight=False, soft_wrap=True)
    console.print()


def _counted(result: "Result") -> str:
    verdict = result.verdict
    used = max((m.ratio for m in verdict.worst), default=0.0)
    return (
        f"{verdict.examples} examples, {verdict.elements:,} elements and {verdict.answers} answers "
        f"compared, {verdict.ties} ties, {used:.0%} of what is allowed used, "
        f"{result.seconds.get('total', 0):.1f} s"
    )


def _files(
    results: "Sequence[CellResult]",
    json_file: Path | None,
    bundle: Path | None,
    *,
    to_stdout: bool,
    partial: bool,
) -> Path | None:
    """Write what was asked for. Gives where the evidence of an earlier run went, if it had to."""
    from parity.report import bundle as bundles
    from parity.report import document, targets

    text = document.dumps(_document(results, partial=partial))
    if json_file is not None:
        targets.write(json_file, text, "json")
    if to_stdout:
        sys.stdout.write(text)
    failing = [r for r in results if r.status == "failed" and r.result is not None]
    if bundle is not None and failing and failing[0].result is not None:
        bundles.write(bundle, failing[0].result, failing[0].explanation)
    return bundles.retire(bundle) if bundle is not None and not failing and not partial else None


def _document(results: "Sequence[CellResult]", *, partial: bool) -> dict[str, Any]:
    """The cell that is worst, as ``check`` reports a model; all of them under "cells"."""
    from parity.report import document

    cells = []
    for result in results:
        if result.result is None:
            told = document.failure(result.reason)
        else:
            told = document.document(result.result, result.explanation)
        cells.append({"cell": result.cell.name, "status": result.status, "reason": result.reason,
                      "same_as": result.same_as, **told})  # fmt: skip
    code = _code(results)
    order = {0: ("passed",), 1: ("failed", "xpassed"), 2: ("error", "not run")}[code]
    worst = next((c for c in cells if c["status"] in order), cells[0])
    whole = {k: v for k, v in worst.items() if k not in ("cell", "status", "same_as")}
    verdict = {0: "error" if partial else "parity", 1: "differs", 2: "error"}[code]
    return {
        **document.head(),
        **whole,
        "verdict": verdict,
        "passed": code == 0 and not partial,
        "partial": partial,
        "examples": sum(c["examples"] for c in cells),
        "elements": sum(c["elements"] for c in cells),
        "case": results[0].cell.case.name,
        "cells": cells,
    }


def _code(results: "Sequence[CellResult]") -> int:
    """1 if some cell didn't come out as the case expects; else 2 if some could not run; else 0."""
    from parity.gate.cell import GOOD

    statuses = {result.status for result in results}
    if statuses & {"failed", "xpassed"}:
        return 1
    return 0 if statuses <= set(GOOD) else 2
