"""A sweep of operators, for a terminal."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from rich.table import Table
from rich.text import Text

from parity.shown import shown
from parity.sweep.against import Changes
from parity.sweep.asked import spans
from parity.sweep.known import FOLDER, Held
from parity.sweep.row import DEFECTS, PADDLE, Row, Status

ORDER: tuple[Status, ...] = get_args(Status)


def columns(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Exporter and opset of each column, Paddle's own last."""
    found = {(r.exporter, r.opset) for r in rows}
    return sorted(found, key=lambda c: (c[0] == PADDLE, c))


def counts(rows: Sequence[Row]) -> dict[tuple[str, int], Counter[str]]:
    """How many nets of each status, by column."""
    found: dict[tuple[str, int], Counter[str]] = {}
    for row in rows:
        found.setdefault((row.exporter, row.opset), Counter())[row.status] += 1
    return found


def summary(rows: Sequence[Row]) -> Table:
    """How many nets of each status, a line a column of the whole."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    shown_ones = [s for s in ORDER if any(r.status == s for r in rows)]
    for title in ("exporter", "opset", "nets", *shown_ones):
        made.add_column(title, justify="left" if title == "exporter" else "right")
    counted = counts(rows)
    for exporter, opset in columns(rows):
        mine = counted[exporter, opset]
        cells = [named(exporter), str(opset or ""), str(mine.total())]
        made.add_row(*(Text(shown(c)) for c in cells), *(str(mine[s] or "") for s in shown_ones))
    return made


def lines(held: Held) -> list[str]:
    """A line for what is new or gone, then how many are as known."""
    found = [f"new: {_at(row, spans)}: {_said(row)}" for row, spans in together(held.new)]
    found += [f"gone: {_at(row, str(row.opset or ''))} is {row.status}; {known.where} says "
              f"{'/'.join(known.status)}" for row, known in held.gone]  # fmt: skip
    return [shown(line) for line in found]


def together(rows: Sequence[Row]) -> list[tuple[Row, str]]:
    """Each row that says another thing, with the opsets at which it is said, as "7-10,13"."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = (row.net, row.exporter, row.status, row.stage, row.reason)
        found.setdefault(key, []).append(row)
    return [(mine[0], spans(row.opset for row in mine)) for mine in found.values()]


def changes(found: Changes) -> list[str]:
    """Against an earlier run."""
    told = [
        f"{word}: {c.net} ({c.exporter}, opset {c.opset}): {c.was} -> {c.now}"
        for word, part in (("fixed", found.fixed), ("broken", found.broken), ("other", found.other))
        for c in part
    ]
    total = (
        f"{len(found.fixed)} fixed, {len(found.broken)} broken, {len(found.other)} otherwise "
        f"wrong, {found.same} the same, {found.added} added, {found.missing} not run"
    )
    if not found.common:
        total += "; the earlier run has none of these cells, so nothing could have got worse"
    return [shown(line) for line in (*told, total)]


def totals(rows: Sequence[Row], held: Held) -> str:
    """One line at the end."""
    nets = len({r.net for r in rows})
    wrong = sum(r.status in DEFECTS for r in rows)
    elements = sum(r.elements for r in rows)
    blank = f"; nothing is known here: no {FOLDER}, and --known names none" if held.blank else ""
    return (
        f"{nets} nets, {len(rows)} cells, {elements:,} elements compared: {wrong} wrong, "
        f"{len(held.told)} as known, {len(held.new)} new, {len(held.gone)} gone{blank}"
    )


def named(exporter: str) -> str:
    return "Paddle Inference, oneDNN" if exporter == PADDLE else exporter


def _at(row: Row, opsets: str) -> str:
    return f"{row.net} by {named(row.exporter)}" + (f" at opset {opsets}" if opsets else "")


def _said(row: Row) -> str:
    stage = f" ({row.stage})" if row.stage else ""
    return f"{row.status}{stage}: {row.reason}"
