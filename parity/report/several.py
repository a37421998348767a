"""Several models that were checked one after the other: a table, and a document that lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from parity.report.document import document as document_of_run
from parity.report.document import failure, head
from parity.report.values.ratios import share
from parity.shown import html, shown

if TYPE_CHECKING:
    from parity.diagnose.explain import Explanation
    from parity.verify.result import Result

_COLUMNS = ("model", "verdict", "examples", "compared", "max abs", "allowed", "used", "seconds")

STYLES = {"parity": "green", "differs": "red", "error": "yellow"}


@dataclass(frozen=True)
class Row:
    """One model. verdict: "parity", "differs" or "error". error: why there is no result."""

    name: str
    verdict: str
    error: str = ""
    result: "Result | None" = None
    explanation: "Explanation | None" = None

    @property
    def cells(self) -> tuple[str, ...]:
        """One text for each column."""
        if self.result is None:
            return (shown(self.name), self.verdict, *[""] * (len(_COLUMNS) - 2))
        verdict = self.result.verdict
        worst = verdict.worst[0] if verdict.worst else None
        figures = (
            ("", "", "")
            if worst is None
            else (f"{worst.max_abs:.2g}", f"{worst.allowed:.2g}", share(worst.ratio))
        )
        return (
            shown(self.name), self.verdict, f"{verdict.examples:,}", f"{verdict.elements:,}",
            *figures, f"{self.result.seconds.get('total', 0):.1f}",
        )  # fmt: skip

    @property
    def reason(self) -> str:
        """Why it isn't plainly parity; "" if it is."""
        if self.result is None:
            return shown(self.error)
        findings, warnings = self.result.verdict.findings, self.result.warnings
        if findings:
            more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
            return shown(f"{findings[0]}{more}")
        if self.result.partial:
            return "ended early"
        return shown(f"warning: {warnings[0]}") if warnings else ""


def table(rows: Sequence[Row]) -> Table:
    """A row a model, for a terminal."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in _COLUMNS:
        left = title in ("model", "verdict")
        made.add_column(title, justify="left" if left else "right", no_wrap=True)
    for row in rows:
        made.add_row(*map(Text, row.cells), style=STYLES[row.verdict])
    return made


def reasons(rows: Sequence[Row]) -> list[str]:
    """A line for each model that isn't plainly parity."""
    heads = {r.name: f"{shown(r.name)}: {r.verdict}: " for r in rows}
    return [heads[r.name] + r.reason.removeprefix(f"{shown(r.name)}: ") for r in rows if r.reason]


def totals(rows: Sequence[Row], of: int) -> str:
    """How many came to what. of: how many there were to check."""
    counts = [f"{n} {kind}" for kind in STYLES if (n := sum(r.verdict == kind for r in rows))]
    left = [f"{of - len(rows)} not checked"] if of > len(rows) else []
    return f"{of} model{'' if of == 1 else 's'}: {', '.join(counts + left) or 'none checked'}"


def text(rows: Sequence[Row], of: int) -> str:
    """One line a model, and the totals."""
    lines = [" ".join(filter(None, (*r.cells[:2], r.reason and f"({r.reason})"))) for r in rows]
    return "\n".join([*lines, totals(rows, of)])


def html_of(rows: Sequence[Row], of: int) -> str:
    """The table for a notebook. Foreign text is escaped."""
    columns = "".join(f"<th>{title}</th>" for title in (*_COLUMNS, ""))
    body = "".join(
        f"<tr>{''.join(f'<td>{html(cell)}</td>' for cell in (*r.cells, r.reason))}</tr>"
        for r in rows
    )
    return (
        f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
        f"<div>{html(totals(rows, of))}</div>"
    )


def document(
    rows: Sequence[Row], passed_over: Sequence[str], *, passed: bool, partial: bool,
    feeds: Sequence[str | None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """For a program: each model's own document, under "models".

    feeds: file with each model's smallest failing feed, from the document's folder.
    """
    models = [
        {
            "name": row.name,
            **(
                failure(row.error)
                if row.result is None
                else document_of_run(row.result, row.explanation, feed=feed)
            ),
        }
        for row, feed in zip(rows, feeds or [None] * len(rows), strict=True)
    ]
    verdicts = {row.verdict for row in rows}
    worst = next((v for v in ("error", "differs") if v in verdicts), "parity")
    return {
        **head(),
        "verdict": worst if passed or worst != "parity" else "error",
        "passed": passed,
        "partial": partial,
        "examples": sum(m["examples"] for m in models),
        "elements": sum(m["elements"] for m in models),
        "passed_over": list(passed_over),
        "models": models,
    }
