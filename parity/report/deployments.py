"""The ways in which a model was deployed, as a table for people and as JSON."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from parity.deployments.deployment import Deployed, passed
from parity.report import engine
from parity.report.document import Json, document, head
from parity.shown import shown
from parity.verify.result import Result

_COLUMNS = (
    "deployment", "runs in", "verdict", "worst", "allowed", "used", "of rounding", "answers",
    "compared", "seconds",
)  # fmt: skip
_LEFT = ("deployment", "runs in", "verdict")
_STYLES = {"parity": "", "differs": "red", "not run": "dim"}


def table(rows: Sequence[Deployed]) -> Table:
    """A row a deployment."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in _COLUMNS:
        made.add_column(title, justify="left" if title in _LEFT else "right", no_wrap=True)
    for row in rows:
        cells = [row.deployment.name, *_cells(row)]
        made.add_row(*(Text(shown(cell)) for cell in cells), style=_STYLES[row.status])
    return made


def reasons(rows: Sequence[Deployed]) -> list[str]:
    """A line for each that isn't at parity: why it can't run here, or its first finding."""
    lines = []
    for row in rows:
        if row.status == "not run":
            lines.append(f"{row.deployment.name}: not run: {row.why}")
        elif row.status == "differs" and row.result is not None:
            said = [*row.result.verdict.findings, *row.result.warnings]
            lines.append(f"{row.deployment.name}: {said[0] if said else 'nothing was compared'}")
    return [shown(line) for line in lines]


def documents(rows: Sequence[Deployed]) -> dict[str, Json]:
    """For a program: every row with the document of its verification."""
    ran = [row for row in rows if row.status != "not run"]
    whole = passed([*rows])
    return {
        **head(),
        "verdict": "parity" if whole else "differs" if ran else "error",
        "passed": whole,
        "deployments": [
            {
                "name": row.deployment.name,
                "engine": row.deployment.engine,
                "options": dict(row.deployment.options),
                "status": row.status,
                "why": row.why,
                "result": None if row.result is None else document(row.result),
            }
            for row in rows
        ],
    }


def _cells(row: Deployed) -> list[str]:
    result = row.result
    if result is None:
        return ["", row.status, *[""] * 7]
    runs = engine.told(result.request.candidate, result.engines.get("candidate"))
    verdict = result.verdict
    worst = max(verdict.worst, key=lambda m: m.ratio, default=None)
    figures = ["", "", ""]
    if worst is not None:
        used = f"{worst.ratio:.0%}" if worst.ratio < 10 else f"{worst.ratio:,.0f}x"
        figures = [f"{worst.max_abs:.2g}", f"{worst.allowed:.2g}", used]
    seconds = f"{result.seconds.get('total', 0):.1f}"
    return [runs, row.status, *figures, _rounding(result), _answers(result),
            f"{verdict.elements:,}", seconds]  # fmt: skip


def _rounding(result: Result) -> str:
    """The largest share of measured rounding."""
    shares = [m.max_abs / m.rounding for m in result.noise.values() if m.rounding]
    return f"{max(shares):.2g}x" if shares else ""


def _answers(result: Result) -> str:
    """Answers of a task that came out otherwise, of all; ties among them."""
    if not result.verdict.answers:
        return ""
    changed = sum(getattr(f, "text", None) is not None for f in result.verdict.findings)
    return f"{changed + result.verdict.ties} of {result.verdict.answers}"
