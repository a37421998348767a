"""The cells of a gate or matrix, as a table for people, as Markdown and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from parity.gate.cell import GOOD, CellResult, Status
from parity.report.document import Json, document, head
from parity.report.marks import MARKDOWN
from parity.shown import markdown as safe
from parity.shown import shown

COLUMNS = (
    "cell", "opset", "IR", "nodes", "verdict", "worst", "allowed", "ties", "compared", "seconds",
)  # fmt: skip

_STYLES = {
    "passed": "green",
    "xfailed": "yellow",
    "upgraded": "yellow",
    "not run": "dim",
}


@dataclass(frozen=True)
class Row:
    """One cell in words and plain values, which go from process to process.

    reason: why it isn't plainly passed. elements, ties: 0 where another cell's
    run stands for this one. document: as in the JSON report.
    """

    cells: tuple[str, ...]
    status: str
    reason: str
    elements: int
    ties: int
    document: dict[str, Json]


Results = Sequence[CellResult | Row]


def rows(results: Results) -> list[Row]:
    """The cells in words, in order."""
    return [r if isinstance(r, Row) else _row(r) for r in results]


def broken(name: str, reason: str, *, status: Status = "error") -> Row:
    """A row for what never became a cell: a case that can't be read, a process that died.

    status: "error"; "not run" for what somebody kept from being one.
    """
    cells = [""] * len(COLUMNS)
    cells[0], cells[COLUMNS.index("verdict")] = name, status
    case = name.partition("[")[0]
    document = {"cell": name, "case": case, "status": status, "reason": reason, "result": None}
    return Row(tuple(cells), status, reason, 0, 0, document)


def table(results: Results) -> Table:
    """For a terminal."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    left = ("cell", "verdict")
    for title in COLUMNS:
        made.add_column(title, justify="left" if title in left else "right", no_wrap=True)
    for row in rows(results):
        style = _STYLES.get(row.status, "red")
        made.add_row(*(Text(shown(c)) for c in row.cells), style="" if style == "green" else style)
    return made


def markdown(results: Results) -> str:
    """For the summary of a CI run."""
    lines = [MARKDOWN, f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    found = rows(results)
    lines += [f"| {' | '.join(safe(c) for c in row.cells)} |" for row in found]
    lines += ["", totals(results), ""]
    lines += [
        f"- {safe(row.cells[0])}: **{row.status}**: {safe(row.reason)}"
        for row in found
        if row.reason
    ]
    return "\n".join(lines).rstrip() + "\n"


def reasons(results: Results) -> list[str]:
    """A line for each cell that isn't plainly passed."""
    return [
        shown(f"{row.cells[0]}: {row.status}: {row.reason}") for row in rows(results) if row.reason
    ]


def totals(results: Results) -> str:
    """How many of each status, and how much was compared."""
    found = rows(results)
    order = ("passed", "upgraded", "xfailed", "failed", "xpassed", "error", "not run")
    counts = [f"{n} {s}" for s in order if (n := sum(r.status == s for r in found))]
    elements, ties = sum(r.elements for r in found), sum(r.ties for r in found)
    return f"{', '.join(counts) or 'no cells'}; {elements:,} elements compared, {ties} ties"


def good(results: Results, *, require_all: bool = False) -> bool:
    """Whether a release may go through: something was compared, and nothing is wrong."""
    found = rows(results)
    return sum(r.elements for r in found) > 0 and not bad(found, require_all=require_all)


def bad(results: Results, *, require_all: bool = False) -> list[Row]:
    """The cells that hold a release back."""
    fine = (*GOOD, *(() if require_all else ("not run",)))
    return [row for row in rows(results) if row.status not in fine]


def documents(
    results: Results, *, require_all: bool = False, partial: bool = False
) -> dict[str, Json]:
    """For a program: every cell with the document of its verification.

    partial: whether the run was ended before all cells had run.
    """
    found = rows(results)
    return {
        **head(),
        "passed": good(found, require_all=require_all) and not partial,
        "partial": partial,
        "totals": totals(found),
        "cells": [row.document for row in found],
    }


def _row(result: CellResult) -> Row:
    # A cell that shares another's run compared nothing of its own.
    verdict = result.result.verdict if result.result and not result.same_as else None
    return Row(
        _cells(result),
        result.status,
        _reason(result),
        verdict.elements if verdict else 0,
        verdict.ties if verdict else 0,
        _document(result),
    )


def _document(result: CellResult) -> dict[str, Json]:
    derived = result.derived
    return {
        "cell": result.cell.name,
        "case": result.cell.case.name,
        "requested_opset": result.cell.opset,
        "effective_opset": _effective(result),
        "precision": result.cell.precision,
        "inputs": result.cell.inputs.name,
        "ir_version": derived.ir_version if derived else None,
        "nodes": derived.nodes if derived else None,
        "content": derived.content if derived else None,
        "coverage": derived.coverage if derived else "",
        "status": result.status,
        "reason": result.reason,
        "same_as": result.same_as,
        "warnings": [str(w) for w in result.result.warnings] if result.result else [],
        "seconds": round(result.seconds, 3),
        # The run of cells of one graph is told once.
        "result": document(result.result, result.explanation)
        if result.result and not result.same_as
        else None,
    }


def _cells(result: CellResult) -> tuple[str, ...]:
    derived, verified = result.derived, result.result
    worst = verified.verdict.worst[0] if verified and verified.verdict.worst else None
    requested, effective = result.cell.opset, _effective(result)
    if derived is None:  # nothing was asked of a given file
        opset = str(effective or "")
    else:
        opset = str(requested) if effective == requested else f"{requested} -> {effective}"
    return (
        result.cell.name,
        opset,
        str(derived.ir_version) if derived else "",
        str(derived.nodes) if derived else "",
        result.status,
        f"{worst.max_abs:.2g}" if worst else "",
        f"{worst.allowed:.2g}" if worst else "",
        f"{verified.verdict.ties}/{verified.verdict.answers}" if verified else "",
        f"{result.elements:,}" if result.elements else "",
        "same graph" if result.same_as else f"{result.seconds:.1f}",
    )


def _effective(result: CellResult) -> int | None:
    if result.derived is not None:
        return result.derived.effective_opset
    return result.result.environment.effective_opset if result.result else None


def _reason(result: CellResult) -> str:
    same = f"same graph as {result.same_as}" if result.same_as else ""
    coverage = result.derived.coverage if result.derived else ""
    # A run that fails for a warning has it as its reason already.
    warned = [
        f"warning: {w}"
        for w in (result.result.warnings if result.result and not result.same_as else ())
        if str(w) not in result.reason
    ]
    return "; ".join(part for part in (result.reason, coverage, same, *warned) if part)
