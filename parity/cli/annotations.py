"""Findings of `parity check` as notes for GitHub, behind the report."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity.annotate.note import CHOICES, Note, github, wanted
from parity.report.targets import STDOUT
from parity.shown import command

if TYPE_CHECKING:
    from parity.api.cases import CaseChecked
    from parity.api.result import Result


option = click.option(
    "--annotations",
    type=click.Choice(CHOICES),
    default="auto",
    show_default=True,
    help="Findings as notes in the log of a workflow; auto: where GitHub runs it.",
)


def of_result(given: Mapping[str, Any], result: "Result") -> None:
    """Print those of one model, if any are wanted."""
    if wanted(given["annotations"]):
        from parity.annotate.of_result import notes

        program = Path(result.verified.request.candidate.model.program)
        _print(given, notes(result.to_dict(), program, _again()))


def of_case(given: Mapping[str, Any], found: "CaseChecked") -> None:
    """Print those of the cells of a case, if any are wanted."""
    if wanted(given["annotations"]):
        _print(given, _of_cells(found, _again()))


def _again() -> str:
    return command(["parity", *sys.argv[1:]])


def _of_cells(found: "CaseChecked", again: str) -> Iterable[Note]:
    from parity.annotate.of_cells import notes
    from parity.case import FILE
    from parity.report.document import document

    for cell in found.results:
        known = None if cell.result is None else document(cell.result)
        told = {"cell": cell.cell.name, "status": cell.status, "reason": cell.reason,
                "inputs": cell.cell.inputs.name, "result": known}  # fmt: skip
        yield from notes(told, cell.cell.case.folder / FILE, again)


def _print(given: Mapping[str, Any], notes: Iterable[Note]) -> None:
    # GitHub reads both; where standard output has the JSON, that stays whole.
    stream = sys.stderr if given["json_file"] == STDOUT else sys.stdout
    for line in github(notes):
        stream.write(f"{line}\n")
