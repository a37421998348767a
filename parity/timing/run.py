"""Measure a case, or a candidate and its reference."""

from collections.abc import Sequence
from dataclasses import dataclass

from parity.case import Case
from parity.compare.findings import CandidateFailed, Finding
from parity.compare.limits.costs import LimitNotJudged
from parity.errors import EngineError
from parity.gate.run import Settings
from parity.timing import columns
from parity.timing.column import CANDIDATE, REFERENCE, Column, Measured, Setting
from parity.timing.feeds import Feeds, feeds
from parity.timing.limits import beyond
from parity.timing.machine import Machine, machine
from parity.timing.rounds import Effort, Watch, measure
from parity.verify.request import Request

NOISY = 0.10
"""Spread of the rounds from which on a machine is called noisy."""


@dataclass(frozen=True)
class Bench:
    """What was measured.

    name: of the case, or the candidate's file. measured: the reference first. judged: the setting
    that limits are about. limited: the columns for which a limit is stated. notes: what was left
    out.
    """

    name: str
    machine: Machine
    threads: int
    effort: Effort
    measured: tuple[Measured, ...]
    judged: Setting
    limited: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    @property
    def noisy(self) -> tuple[str, ...]:
        """Columns and settings of which the rounds lie too far apart."""
        return tuple(
            f"{one.column.name} at {timing.setting}: {timing.spread:.0%}"
            for one in self.measured
            for timing in one.timings
            if timing.spread > NOISY
        )

    @property
    def passed(self) -> bool:
        """Whether a candidate was measured, and nothing was found."""
        timed = any(m.timings for m in self.measured if m.column.role == CANDIDATE)
        return timed and not self.findings


def bench_case(
    case: Case, settings: Settings, effort: Effort, *, precisions: Sequence[str] = (),
    engines: Sequence[str] = (), lengths: Sequence[int] = (), batches: Sequence[int] = (),
    threads: int | None = None, watch: Watch,
) -> Bench:  # fmt: skip
    """A case. Raises ParityError where nothing can be measured: the reference fails."""
    here = machine()
    count = threads or here.usable
    watch("making the models")
    asked, made = columns.of_case(
        case, settings, precisions=precisions, engines=engines, threads=count
    )
    fed = feeds(asked, lengths=lengths, batches=batches)
    measured = _measured(made, fed, effort, watch)
    findings, limited = _judged(case, measured, fed.judged)
    return Bench(case.name, here, count, effort, measured, fed.judged, limited, findings, fed.notes)


def bench_pair(
    name: str, asked: Request, effort: Effort, *, engines: Sequence[str] = (),
    lengths: Sequence[int] = (), batches: Sequence[int] = (), threads: int | None = None,
    watch: Watch,
) -> Bench:  # fmt: skip
    """A candidate and its reference; nothing is judged but that they run."""
    here = machine()
    count = threads or here.usable
    made = columns.of_pair(asked, engines=engines, threads=count)
    fed = feeds(asked, lengths=lengths, batches=batches)
    measured = _measured(made, fed, effort, watch)
    failed = tuple(_failed(m) for m in measured if _at_fault(m))
    return Bench(name, here, count, effort, measured, fed.judged, (), failed, fed.notes)


def _measured(
    made: Sequence[Column], fed: Feeds, effort: Effort, watch: Watch
) -> tuple[Measured, ...]:
    measured = measure(made, fed.settings, effort, watch)
    first = measured[0]
    if first.failed is not None:
        raise EngineError(f"{first.column.side.model.program}: the reference: {first.failed}")
    return measured


def _judged(
    case: Case, measured: Sequence[Measured], judged: Setting
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    found: list[Finding] = [_failed(m) for m in measured if _at_fault(m)]
    limited: list[str] = []
    for one in measured:
        limits = case.limits[one.column.precision]
        if one.column.role == CANDIDATE and limits.of_bench:
            limited.append(one.column.name)
            found += beyond(one, limits, judged)
    there = {m.column.precision for m in measured if m.column.role == CANDIDATE}
    for precision in case.precisions:
        if precision not in there:
            for limit in case.limits[precision].of_bench:
                why = "this run left the precision out"
                found.append(LimitNotJudged(f"{case.name} {precision}", limit, why))
    return tuple(found), tuple(limited)


def _at_fault(measured: Measured) -> bool:
    return measured.failed is not None and measured.column.role in (CANDIDATE, REFERENCE)


def _failed(measured: Measured) -> Finding:
    return CandidateFailed("run", f"{measured.column.name}: {measured.failed}")
