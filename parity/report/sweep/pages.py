"""A sweep of operators as Markdown, and as a page with a heat map."""

from collections.abc import Mapping, Sequence
from html import escape

from parity.report.marks import HTML, MARKDOWN
from parity.report.sweep.text import ORDER, columns, counts, named, together, totals
from parity.shown import markdown as safe
from parity.sweep.known import Held
from parity.sweep.row import DEFECTS, GOOD, Row
from parity.zoo.ops import catalogue

_COLOURS = {
    "right": "#cfe8cf", "upgraded": "#e6efc8", "refused": "#eeeeee", "unjudged": "#dddddd",
}  # fmt: skip
_WRONG = "#f2b8b0"


def markdown(rows: Sequence[Row], held: Held, versions: Mapping[str, str]) -> str:
    """The summary, and all that isn't right, by operator."""
    shown_ones = [s for s in ORDER if any(r.status == s for r in rows)]
    titles = ["exporter", "opset", "nets", *shown_ones]
    made = [MARKDOWN, ", ".join(f"{n} {v}" for n, v in versions.items()), ""]
    made += [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    for (exporter, opset), mine in sorted(counts(rows).items()):
        cells = [named(exporter), str(opset or ""), str(mine.total())]
        cells += [str(mine[s] or "") for s in shown_ones]
        made.append(f"| {' | '.join(map(safe, cells))} |")
    made += ["", totals(rows, held), "", "| net | where | status | why |", "|---|---|---|---|"]
    bad = [row for row in rows if row.status not in GOOD]
    for row, opsets in together(sorted(bad, key=lambda r: (r.net, r.exporter, r.opset))):
        where = f"{named(row.exporter)} {opsets}".strip()
        cells = [row.net, where, row.status, row.reason[:200]]
        made.append(f"| {' | '.join(map(safe, cells))} |")
    return "\n".join(made) + "\n"


def page(rows: Sequence[Row], versions: Mapping[str, str]) -> str:
    """A heat map, operators by columns; what a cell is of stands in its title."""
    by_cell: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        operator = row.net.partition("-")[0]
        by_cell.setdefault((operator, row.exporter, row.opset), []).append(row)
    across = columns(rows)
    heads = "".join(f"<th>{escape(named(e))}<br>{o or ''}</th>" for e, o in across)
    body = []
    for operator in dict.fromkeys(row.net.partition("-")[0] for row in _in_order(rows)):
        cells = "".join(_cell(by_cell.get((operator, *column), [])) for column in across)
        body.append(f"<tr><th>{escape(operator)}</th>{cells}</tr>")
    told = escape(", ".join(f"{n} {v}" for n, v in versions.items()))
    return (
        f'<!doctype html>\n{HTML}<meta charset="utf-8"><title>Operator sweep</title>\n'
        "<style>body{font:13px sans-serif}table{border-collapse:collapse}th{text-align:left;"
        "font-weight:normal;padding:2px 8px}td{padding:2px 8px;border:1px solid #fff}</style>\n"
        f"<h1>Operator sweep</h1><p>{told}</p>\n"
        f"<table><tr><th></th>{heads}</tr>\n{chr(10).join(body)}\n</table>\n"
    )


def _in_order(rows: Sequence[Row]) -> list[Row]:
    order = {name: at for at, name in enumerate(catalogue())}
    return sorted(rows, key=lambda r: order[r.net])


def _cell(rows: Sequence[Row]) -> str:
    if not rows:
        return "<td></td>"
    wrong = [r for r in rows if r.status in DEFECTS]
    worst = max(rows, key=lambda r: ORDER.index(r.status))
    colour = _WRONG if wrong else _COLOURS.get(worst.status, "#dddddd")
    good = sum(r.status in ("right", "upgraded") for r in rows)
    title = escape("; ".join(f"{r.net}: {r.status}" for r in rows))
    return f'<td style="background:{colour}" title="{title}">{good}/{len(rows)}</td>'
