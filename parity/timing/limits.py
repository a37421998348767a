"""What was measured against the limits that a case states."""

from collections.abc import Iterator

from parity.case import Limits
from parity.compare.findings import Finding
from parity.compare.limits.costs import LimitNotJudged, SpeedupMissed, TooLarge, TooSlow
from parity.timing.column import CANDIDATE, Measured, Setting

MB = 1e6


def beyond(found: Measured, limits: Limits, judged: Setting) -> Iterator[Finding]:
    """Findings for one candidate. judged: the setting that its time is judged at."""
    column = found.column
    if column.role != CANDIDATE:
        return
    size = column.bytes / MB
    if limits.max_size_mb is not None and size > limits.max_size_mb:
        yield TooLarge(column.side.model.program.name, size, limits.max_size_mb)
    timing = found.at(judged)
    for limit in ("max_latency_ms", "min_speedup"):
        wanted = getattr(limits, limit)
        if wanted is None:
            continue
        if timing is None or (limit == "min_speedup" and not timing.speedups):
            cause = found.failed or f"nothing was measured at {judged}, which the limit is about"
            yield LimitNotJudged(column.name, limit, cause)
        elif limit == "max_latency_ms" and not timing.latency_ms <= wanted:
            yield TooSlow(column.name, str(judged), timing.latency_ms, wanted, timing.spread)
        elif limit == "min_speedup" and not timing.speedup >= wanted:
            yield SpeedupMissed(column.name, str(judged), timing.speedup, wanted, timing.spread)
