"""What an evaluation measured, as a table for people, as Markdown and as JSON."""

import dataclasses
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from parity.evaluate.run import Accuracy
from parity.evaluate.system import System
from parity.report.document import Json, document_of, head
from parity.report.marks import MARKDOWN
from parity.shown import markdown as safe
from parity.shown import shown

CERTAIN = 0.05
"""Below this p a change is called more than chance; the usual level."""

SHOWN_BAD = 10
"""Bad lines that are listed; all are counted, and all are in the JSON."""


def columns(found: Accuracy) -> list[str]:
    """Titles of the table; a figure each, where there are labels."""
    figures = list(found.systems[0].figures)
    return ["case", "precision", "engine", *figures, "flips", "lost", "won", "p", "seconds"]


def rows(found: Accuracy) -> list[list[str]]:
    """The cells of the table, a system a row."""
    return [_row(s, list(found.systems[0].figures)) for s in found.systems]


def _row(system: System, figures: Sequence[str]) -> list[str]:
    cells = [system.case, system.precision, system.engine]
    if system.failed is not None:
        return [*cells, *("failed" for _ in figures), "", "", "", "", ""]
    cells += [_figure(system, name) for name in figures]
    flips = system.flips
    if flips is None:
        cells += ["reference", "", "", ""]
    elif flips.p is None:
        cells += [str(flips.total), "", "", ""]
    else:
        cells += [str(flips.total), str(flips.lost), str(flips.won), f"{flips.p:.2g}"]
    return [*cells, f"{system.seconds:.1f}"]


def _figure(system: System, name: str) -> str:
    """The figure, and its change as the guides write it: 56.57 (-0.88)."""
    value = f"{system.figures[name]:.2f}"
    if name not in system.change:
        return value
    # A change that is written as nothing is nothing: no "-0.00".
    return f"{value} ({round(system.change[name], 2) + 0.0:+.2f})"


def table(found: Accuracy) -> Table:
    """For a terminal."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in columns(found):
        left = title in ("case", "precision", "engine")
        made.add_column(title, justify="left" if left else "right", no_wrap=True)
    for cells in rows(found):
        made.add_row(*(Text(shown(cell)) for cell in cells))
    return made


def lines(found: Accuracy) -> list[str]:
    """What a person must know beside the table, a line each."""
    data = found.data
    left = len(data.rows) - len(found.rows)
    aside = f", {left} left out by --limit" if left else ""
    told = [f"data      {shown(str(data.file))}: {len(found.rows)} rows ({data.format}){aside}"]
    if data.bad:
        told.append(
            f"bad       {len(data.bad)} line{'s' * (len(data.bad) != 1)} can't be used, and "
            f"{'was' if len(data.bad) == 1 else 'were'} not counted:"
        )
        told += [f"          {bad}" for bad in data.bad[:SHOWN_BAD]]
        more = len(data.bad) - SHOWN_BAD
        told += [f"          … and {more} more (all are in the JSON)"] if more > 0 else []
    told += [f"failed    {shown(s.name)}: {shown(s.failed)}" for s in found.systems if s.failed]
    for system in found.systems:
        flips = system.flips
        if flips is not None and flips.p is not None and flips.p < CERTAIN:
            way = "worse" if flips.lost > flips.won else "better"
            told.append(f"change    {shown(system.name)}: {way}, beyond chance (p {flips.p:.2g})")
    told += [f"finding   {finding}" for finding in found.findings]
    if not found.judged:
        told.append("judged    nothing: no [limits] are stated for what was measured")
    return told


def markdown(found: Accuracy) -> str:
    """For the summary of a CI run."""
    titles = columns(found)
    told = [MARKDOWN, f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    told += [f"| {' | '.join(safe(cell) for cell in cells)} |" for cells in rows(found)]
    return "\n".join([*told, "", *(f"- {safe(line)}" for line in lines(found)), ""])


def document(found: Accuracy) -> dict[str, Json]:
    """Every figure, without the answers themselves."""
    return {
        **head(),
        "verdict": "measured" if found.passed else "differs",
        "passed": found.passed,
        "judged": list(found.judged),
        "data": {
            "file": str(found.data.file),
            "format": found.data.format,
            "rows": len(found.rows),
            "left_out": len(found.data.rows) - len(found.rows),
            "bad": [dataclasses.asdict(bad) for bad in found.data.bad],
        },
        "systems": [_system(system) for system in found.systems],
        "findings": [document_of(finding) for finding in found.findings],
    }


def _system(system: System) -> dict[str, Json]:
    flips = system.flips
    return {
        "case": system.case,
        "role": system.role,
        "engine": system.engine,
        "precision": system.precision,
        "failed": system.failed,
        "figures": dict(system.figures),
        "change": dict(system.change),
        "flips": None if flips is None else {"total": flips.total, **dataclasses.asdict(flips)},
        "answers": len(system.answers),
        "seconds": system.seconds,
    }
