"""What was asked of one model alone, for people and as JSON."""

import dataclasses

from rich.table import Table
from rich.text import Text

from parity.alone.held import Held
from parity.alone.run import Alone
from parity.report.document import Json, document_of, head
from parity.shown import shown


def table(found: Alone) -> Table:
    """A row for each invariant."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("invariant", "holds", "feeds", "compared", "moved by"):
        left = title in ("invariant", "holds")
        made.add_column(title, justify="left" if left else "right", no_wrap=True)
    for held, says in zip(found.held, found.says, strict=True):
        made.add_row(*(Text(shown(cell)) for cell in (says, *_cells(held))))
    return made


def _cells(held: Held) -> tuple[str, str, str, str]:
    if held.skipped and not held.feeds:
        return f"not asked: {held.skipped}", "", "", ""
    holds = "yes" if held.elements and not held.findings else "no"
    if held.skipped:
        holds = f"not judged: {held.skipped}"
    return holds, str(held.feeds), f"{held.elements:,}", f"{held.moved:.2g}"


def lines(found: Alone) -> list[str]:
    """What a person must know beside the table."""
    refused = f", {found.refused} refused" if found.refused else ""
    tolerance = found.tolerance
    told = [
        f"model     {shown(str(found.request.reference.model.program))} ({found.info.engine} "
        f"{found.info.version})",
        f"feeds     {found.feeds}{refused}; against itself, atol {tolerance.atol:g}, rtol "
        f"{tolerance.rtol:g}",
    ]
    return told + [f"finding   {finding}" for finding in found.findings]


def document(found: Alone) -> dict[str, Json]:
    """The JSON document of ``parity check --self``."""
    return {
        **head(),
        "verdict": "parity" if found.passed else "differs",
        "passed": found.passed,
        "model": str(found.request.reference.model.program),
        "engine": found.info.engine,
        "version": found.info.version,
        "effective": dict(found.info.effective),
        "tolerance": dataclasses.asdict(found.tolerance),
        "feeds": found.feeds,
        "refused": found.refused,
        "invariants": [
            {
                "name": held.name,
                "says": says,
                "skipped": held.skipped,
                "feeds": held.feeds,
                "elements": held.elements,
                "moved": held.moved,
                "holds": bool(held.elements and not held.findings and not held.skipped),
            }
            for held, says in zip(found.held, found.says, strict=True)
        ],
        "findings": [document_of(finding) for finding in found.findings],
    }
