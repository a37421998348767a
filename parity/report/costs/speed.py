"""What a bench measured, as a table for people, as Markdown and as JSON."""

import dataclasses

from rich.table import Table
from rich.text import Text

from parity.report.document import Json, document_of, head
from parity.report.marks import MARKDOWN
from parity.shown import markdown as safe
from parity.shown import shown
from parity.timing.column import Measured, Timing
from parity.timing.run import NOISY, Bench

COLUMNS = (
    "", "speed", "ms/sample", "QPS", "p50 ms", "p95 ms", "p99 ms", "first ms", "second ms",
    "runs", "spread",
)  # fmt: skip
_MB = 1e6
SHOWN_NOISY = 5


def rows(found: Bench) -> list[list[str]]:
    """A block for each setting: its name, then a row for each column."""
    made: list[list[str]] = []
    for setting in [t.setting for t in found.measured[0].timings]:
        made.append([str(setting)])
        made += [_row(m, m.at(setting)) for m in found.measured]
    return made


def _row(measured: Measured, timing: Timing | None) -> list[str]:
    name = f"  {measured.column.name}"
    if timing is None:
        return [name, "failed", *("" for _ in COLUMNS[2:])]
    quick = f"{timing.speedup:.2f}x" if timing.speedups else ""
    percentiles = [f"{timing.percentile_ms(p):.3g}" for p in (0.5, 0.95, 0.99)]
    return [
        name, quick, f"{timing.latency_ms:.3g}", f"{timing.qps:.4g}", *percentiles,
        f"{1000 * timing.first_s:.3g}", f"{1000 * timing.second_s:.3g}", str(len(timing.runs)),
        f"{timing.spread:.0%}",
    ]  # fmt: skip


def loads(found: Bench) -> list[list[str]]:
    """Of each column what doesn't depend on the setting."""
    made = [["", "load s", "peak MB", "disk MB", "engine", "threads", "of it"]]
    for one in found.measured:
        peak = "?" if one.peak_bytes is None else f"{one.peak_bytes / _MB:.0f}"
        info = one.info
        engine = f"{info.engine} {info.version}" if info else one.column.side.engine
        threads = str(info.effective.get("threads", "?")) if info else ""
        made.append(
            [one.column.name, f"{one.load_s:.2f}", peak, f"{one.column.bytes / _MB:.2f}", engine,
             threads, one.column.coverage or one.failed or ""]
        )  # fmt: skip
    return made


def tables(found: Bench) -> list[Table]:
    """For a terminal."""
    times = _table(COLUMNS, 1)
    for cells in rows(found):
        style = "bold" if len(cells) == 1 else ""
        padded = [*cells, *("" for _ in COLUMNS[len(cells) :])]
        times.add_row(*(Text(shown(cell), style=style) for cell in padded))
    titles, *others = loads(found)
    kept = _table(tuple(titles), 1, left=("engine", "of it"))
    for cells in others:
        kept.add_row(*(Text(shown(cell)) for cell in cells))
    return [times, kept]


def _table(titles: tuple[str, ...], names: int, left: tuple[str, ...] = ()) -> Table:
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for number, title in enumerate(titles):
        justify = "left" if number < names or title in left else "right"
        made.add_column(title, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    return made


def lines(found: Bench) -> list[str]:
    """What a person must know beside the tables, a line each."""
    here = found.machine
    load = f", load {here.load:g} before" if here.load is not None else ""
    versions = ", ".join(f"{name} {v}" for name, v in here.versions.items())
    effort = found.effort
    told = [
        f"machine   {shown(here.cpu)} ({', '.join(here.features)}), {here.usable} of {here.cores} "
        f"cores{load}; {shown(here.system)}",
        f"versions  {shown(versions)}",
        f"measured  {found.threads} threads, {effort.warmup} runs of warm-up, then "
        f"{effort.rounds} rounds over all columns in turn; speed is against "
        f"{found.measured[0].column.name}, round by round",
    ]
    told += [f"left out  {shown(note)}" for note in found.notes]
    told += [
        f"failed    {shown(m.column.name)}: {shown(m.failed)}" for m in found.measured if m.failed
    ]
    noisy = found.noisy
    if noisy:
        more = f" and {len(noisy) - SHOWN_NOISY} more" if len(noisy) > SHOWN_NOISY else ""
        told.append(
            f"noisy     the rounds lie more than {NOISY:.0%} apart: "
            f"{'; '.join(noisy[:SHOWN_NOISY])}{more}; take these "
            "times for rough, or measure again with nothing else running"
        )
    told += [f"finding   {finding}" for finding in found.findings]
    if found.limited:
        told.append(f"judged    at {found.judged}: {', '.join(found.limited)}")
    else:
        told.append("judged    nothing: no [limits] of size or time are stated for it")
    return told


def markdown(found: Bench) -> str:
    """For the summary of a CI run."""
    made = [MARKDOWN, f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    for cells in rows(found):
        padded = [*cells, *("" for _ in COLUMNS[len(cells) :])]
        made.append(f"| {' | '.join(safe(cell.strip()) for cell in padded)} |")
    titles, *others = loads(found)
    made += ["", f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    made += [f"| {' | '.join(safe(cell) for cell in cells)} |" for cells in others]
    return "\n".join([*made, "", *(f"- {safe(line)}" for line in lines(found)), ""])


def document(found: Bench) -> dict[str, Json]:
    """Every figure; of the runs the percentiles, of the rounds each."""
    return {
        **head(),
        "name": found.name,
        "passed": found.passed,
        "verdict": "measured" if found.passed else "differs",
        "threads": found.threads,
        "effort": dataclasses.asdict(found.effort),
        "machine": dataclasses.asdict(found.machine),
        "noisy": list(found.noisy),
        "judged": str(found.judged),
        "limited": list(found.limited),
        "left_out": list(found.notes),
        "columns": [_column(one) for one in found.measured],
        "findings": [document_of(finding) for finding in found.findings],
    }


def _column(one: Measured) -> dict[str, Json]:
    column, info = one.column, one.info
    return {
        "name": column.name,
        "role": column.role,
        "engine": column.side.engine,
        "version": info.version if info else None,
        "effective": dict(info.effective) if info else {},
        "precision": column.precision,
        "coverage": column.coverage,
        "file": str(column.side.model.program),
        "bytes": column.bytes,
        "load_s": one.load_s,
        "peak_bytes": one.peak_bytes,
        "failed": one.failed,
        "timings": [_timing(timing) for timing in one.timings],
    }


def _timing(timing: Timing) -> dict[str, Json]:
    return {
        "batch": timing.setting.batch,
        "length": timing.setting.length,
        "speedup": timing.speedup if timing.speedups else None,
        "latency_ms": timing.latency_ms,
        "qps": timing.qps,
        "p50_ms": timing.percentile_ms(0.5),
        "p95_ms": timing.percentile_ms(0.95),
        "p99_ms": timing.percentile_ms(0.99),
        "first_s": timing.first_s,
        "second_s": timing.second_s,
        "runs": len(timing.runs),
        "rounds_s": list(timing.rounds),
        "spread": timing.spread,
    }
