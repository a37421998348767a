"""A family of siblings as a table for people and as JSON."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from parity.family.members import ORIGINAL
from parity.family.run import Stepped, culprits, passed
from parity.report.document import Json, document, head
from parity.shown import shown

_COLUMNS = ("file", "against", "judged as", "verdict", "worst", "allowed", "used", "compared",
            "seconds")  # fmt: skip
_LEFT = ("file", "against", "judged as", "verdict")


def table(rows: Sequence[Stepped]) -> Table:
    """A row a step."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in _COLUMNS:
        made.add_column(title, justify="left" if title in _LEFT else "right", no_wrap=True)
    for row in rows:
        against = row.step.against.name if row.step.against else ORIGINAL
        cells = [row.step.member.name, against, row.step.member.precision, *_cells(row)]
        made.add_row(*(Text(shown(cell)) for cell in cells), style="" if row.passed else "red")
    return made


def reasons(rows: Sequence[Stepped]) -> list[str]:
    """What each step found first, and whose doing it is."""
    lines = []
    for row in rows:
        if not row.passed:
            said = [*row.result.verdict.findings, *row.result.warnings]
            lines.append(f"{row.step.name}: {said[0] if said else 'nothing was compared'}")
    return [shown(line) for line in [*lines, *culprits(rows)]]


def documents(rows: Sequence[Stepped]) -> dict[str, Json]:
    """For a program: every step with the document of its verification."""
    whole = passed(rows)
    return {
        **head(),
        "verdict": "parity" if whole else "differs",
        "passed": whole,
        "steps": [
            {
                "file": row.step.member.name,
                "against": row.step.against.name if row.step.against else None,
                "direct": row.step.direct,
                "precision": row.step.member.precision,
                "passed": row.passed,
                "result": document(row.result),
            }
            for row in rows
        ],
        "culprits": [*culprits(rows)],
    }


def _cells(row: Stepped) -> list[str]:
    verdict = row.result.verdict
    worst = max(verdict.worst, key=lambda m: m.ratio, default=None)
    figures = ["", "", ""]
    if worst is not None:
        used = f"{worst.ratio:.0%}" if worst.ratio < 10 else f"{worst.ratio:,.0f}x"
        figures = [f"{worst.max_abs:.2g}", f"{worst.allowed:.2g}", used]
    seconds = f"{row.result.seconds.get('total', 0):.1f}"
    word = "parity" if row.passed else "differs"
    return [word, *figures, f"{verdict.elements:,}", seconds]
