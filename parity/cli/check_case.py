"""``parity check CASE``: the cells of one case."""

import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from parity.case import FILE
from parity.cli import annotations, checking, reporting, streams
from parity.errors import OutputError, ParityError, UsageError
from parity.interrupts import Terminated
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from rich.console import Console

    from parity.api.cases import CaseChecked
    from parity.gate.cell import CellResult
    from parity.verify.result import Result

_OURS = {
    *("named", "precision", "opset", "max_examples", "budget", "shrink_budget", "seed", "models"),
    *("candidate_engine", "timeout", "strict", "database", "json_file", "bundle"),
    *("quiet", "verbose", "annotations", "html", "baseline"),
}
"""Options that go with a case. What the others say is in its case.toml."""

_COLOURS = {"passed": "green", "upgraded": "green", "xfailed": "yellow", "not run": "yellow"}


def run(given: Mapping[str, Any], context: click.Context) -> int:
    """Run a case's cells, report each, and give the exit code."""
    checking.keep_out_of_the_way()
    to_stdout = given["json_file"] == STDOUT
    json_file = checking.check_targets(given)
    try:
        found = _checked(given, context)
    except ParityError as error:
        reporting.failure(str(error), json_file, to_stdout=to_stdout)
        raise
    except (KeyboardInterrupt, Terminated):
        reporting.failure(reporting.NO_RESULT, json_file, to_stdout=to_stdout, partial=True)
        raise
    from parity.report import terminal

    console = streams.console(stderr=to_stdout)
    feeds, aside = _files(found, json_file, given["bundle"], to_stdout=to_stdout)
    smallest = [result.result and result.result.minimal for result in found.results]
    given["page"].write(
        found.to_dict(), {f"/cells/{i}": m.feed for i, m in enumerate(smallest) if m}
    )
    for result, feed in zip(found.results, feeds, strict=True):
        _show(result, console, given, feed)
    annotations.of_case(given, found)
    if aside is not None:
        terminal.aside(aside, console)
    if found.ended_by is not None:
        return streams.ended(found.ended_by, f"in cell {len(found.results)} of {found.of}")
    return found.code


def refuse(context: click.Context, *, also: Collection[str] = ()) -> Callable[[str], bool]:
    """Which options were said, by name. Raises UsageError for one that a case decides.

    also: what goes with a case beside the usual.
    """

    def told(name: str) -> bool:
        return context.get_parameter_source(name) is ParameterSource.COMMANDLINE

    for parameter in context.command.params:
        if parameter.name and parameter.name not in (*_OURS, *also) and told(parameter.name):
            raise UsageError(f"{parameter.opts[0]} doesn't go with a case: its {FILE} decides that")
    return told


def _checked(given: Mapping[str, Any], context: click.Context) -> "CaseChecked":
    from parity.api.cases import check_case

    told = refuse(context)
    return check_case(
        given["model"],
        precision=given["precision"] if told("precision") else None,
        opset=given["opset"],
        engine=given["candidate_engine"],
        max_examples=given["max_examples"] if told("max_examples") else None,
        seed=given["seed"],
        budget_s=given["budget"],
        shrink_budget_s=given["shrink_budget"],
        explain_budget_s=given["explain_budget"],
        timeout_s=given["timeout"],
        models=given["models"],
        database=given["database"],
        strict=given["strict"],
        progress=not given["quiet"],
    )


def _show(
    result: "CellResult", console: "Console", given: Mapping[str, Any], feed: Path | None
) -> None:
    from rich.markup import escape

    from parity.gate import drift
    from parity.report import details, terminal

    colour = _COLOURS.get(result.status, "red")
    head = f"[bold]{escape(shown(result.cell.name))}[/bold] [{colour}]{result.status}[/{colour}]"
    same = f" [dim](the graph of {escape(shown(result.same_as))})[/dim]" if result.same_as else ""
    console.print(f"{head}{same}", highlight=False)
    if result.reason:
        console.print(escape(shown(result.reason)), highlight=False, soft_wrap=True)
    if given["quiet"]:
        return
    if result.result is not None and not result.same_as:
        if result.status in ("passed", "upgraded", "xfailed"):
            console.print(_counted(result.result), highlight=False)
            for warning in result.result.warnings:
                line = f"[yellow]warning[/yellow]   {escape(str(warning))}"
                console.print(line, highlight=False, soft_wrap=True)
            return
        terminal.show(result.result, console, explanation=result.explanation, feed=feed)
        changed = drift.lines(drift.found(result.result.verdict.findings))
        if changed:
            console.print("changed since the golden was recorded:", highlight=False)
        for line in changed:
            console.print(escape(line), highlight=False, soft_wrap=True)
        if given["verbose"]:
            details.show(result.result, console)
    console.print()


def _counted(result: "Result") -> str:
    from parity.report.values.ratios import share

    verdict = result.verdict
    used = max((m.ratio for m in verdict.worst), default=0.0)
    return (
        f"{verdict.examples} examples, {verdict.elements:,} elements and {verdict.answers} answers "
        f"compared, {verdict.ties} ties, {share(used)} of what is allowed used, "
        f"{result.seconds.get('total', 0):.1f} s"
    )


def _files(
    found: "CaseChecked", json_file: Path | None, bundle: Path | None, *, to_stdout: bool
) -> tuple[list[Path | None], Path | None]:
    """Write what was asked for.

    Gives the file with each cell's smallest failing feed, and where the evidence of an earlier run
    went, if it had to.
    """
    from parity.report import bundle as bundles
    from parity.report import evidence

    failing = [r for r in found.results if r.status == "failed" and r.result is not None]
    first = failing[0] if bundle is not None and failing else None
    runs = [r.result for r in found.results]
    feeds = evidence.feeds(json_file, runs, [bundle if r is first else None for r in found.results])
    _write_json(found, feeds, json_file)
    if bundle is not None and first is not None and first.result is not None:
        try:
            bundles.write(bundle, first.result, first.explanation)
        except OutputError:
            kept = [None if f == bundle / bundles.FEED else f for f in feeds]
            _write_json(found, kept, json_file)
            raise
    if to_stdout:
        sys.stdout.write(found.to_json(feeds=[evidence.named(f, None) for f in feeds]))
    vain = not failing and not found.partial
    return feeds, bundles.retire(bundle) if bundle is not None and vain else None


def _write_json(found: "CaseChecked", feeds: list[Path | None], json_file: Path | None) -> None:
    from parity.report import evidence, targets

    if json_file is not None:
        named = [evidence.named(feed, json_file) for feed in feeds]
        targets.write(json_file, found.to_json(feeds=named), "json")
