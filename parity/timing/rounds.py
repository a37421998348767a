"""Measure columns side by side, in rounds: each column a block, every other round backwards.

What else the machine does then falls on all columns alike, and shows as spread.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from parity.engines import EngineInfo
from parity.inputs import Example
from parity.model.tensors import Feed
from parity.timing.column import Column, Measured, Setting, Timing
from parity.workers.worker import Worker

BLOCK_S = 0.3
"""Seconds of a block: so many runs that its mean isn't the clock's or the scheduler's."""

MOST_RUNS = 500  # of a block; a run of a tiny model takes tens of microseconds

Watch = Callable[[str], None]
"""Told what is being done, a line each time."""


@dataclass(frozen=True)
class Effort:
    """warmup: runs of each column at each setting before any counts (20: ERNIE 3.0 README).

    rounds: how often each column is measured at each setting. block_s: seconds each time.
    """

    warmup: int = 20
    rounds: int = 5
    block_s: float = BLOCK_S
    open_timeout_s: float = 300.0
    run_timeout_s: float = 300.0


class _Running:
    """A column in its process, and what is known of it so far."""

    def __init__(self, column: Column, worker: Worker) -> None:
        self.column, self.worker = column, worker
        self.measured = Measured(column)

    def ready(self) -> None:
        """Wait until it is loaded."""
        info = self.worker.ready()
        if isinstance(info, EngineInfo):
            self.measured = replace(self.measured, info=info, load_s=self.worker.load_s)
        else:
            self.measured = replace(self.measured, failed=f"it doesn't load: {info}")

    def seconds(self, feed: Feed, times: int) -> tuple[float, ...]:
        """Of each of so many runs; () where it fails, which is kept."""
        if self.measured.failed is not None:
            return ()
        reply = self.worker.run(feed, times=times)
        if not isinstance(reply.result, dict) or not reply.result:
            cause = "it gives nothing" if reply.result == {} else str(reply.result)
            self.measured = replace(self.measured, failed=f"it fails: {cause}")
            return ()
        return reply.seconds

    def finish(self) -> Measured:
        """All of it, with the memory that its process took."""
        pid = self.worker.pid
        if pid is not None:
            self.measured = replace(self.measured, peak_bytes=peak(pid))
        return self.measured


def measure(
    columns: Sequence[Column], feeds: Sequence[tuple[Setting, Example]], effort: Effort,
    watch: Watch,
) -> tuple[Measured, ...]:  # fmt: skip
    """Every column at every setting, the first being what the others are held to.

    A column that doesn't load or fails says so, and the others go on.
    """
    with ExitStack() as stack:
        running: list[_Running] = []
        for column in columns:
            watch(f"loading {column.name}")
            side = column.side
            worker = Worker(
                side.engine, side.model, side.options, open_timeout_s=effort.open_timeout_s,
                run_timeout_s=effort.run_timeout_s, interpreter=side.interpreter,
            )  # fmt: skip
            # One after the other: loading side by side, each would wait for the others.
            running.append(_Running(column, stack.enter_context(worker)))
            running[-1].ready()
        for number, (setting, example) in enumerate(feeds, 1):
            about = partial(_about, watch, f"{number}/{len(feeds)} {setting}")
            _setting(running, setting, example.feed, effort, about)
        return tuple(one.finish() for one in running)


def _setting(
    running: Sequence[_Running], setting: Setting, feed: Feed, effort: Effort, watch: Watch
) -> None:
    starts: dict[int, tuple[float, float]] = {}
    times: dict[int, int] = {}
    for at, one in enumerate(running):
        watch(f"{one.column.name}, warming up")
        first, second = one.seconds(feed, 1), one.seconds(feed, 1)
        if not first or not second:
            continue
        starts[at] = first[0], second[0]
        latest = _warm(one, feed, effort, second[0])
        times[at] = max(1, min(MOST_RUNS, math.ceil(effort.block_s / latest)))
    blocks: dict[int, list[tuple[float, ...]]] = {at: [] for at in times}
    for number in range(effort.rounds):
        watch(f"round {number + 1} of {effort.rounds}")
        for at in times if number % 2 == 0 else reversed(times):
            blocks[at].append(running[at].seconds(feed, times[at]))
    means = {
        at: tuple(sum(block) / len(block) for block in some)
        for at, some in blocks.items()
        if all(some)
    }
    for at, mean in means.items():
        base = means.get(0, ())
        ratios = tuple(b / m for b, m in zip(base, mean, strict=True)) if base else ()
        runs = tuple(s for block in blocks[at] for s in block)
        one = running[at]
        timing = Timing(setting, *starts[at], runs, mean, ratios)
        one.measured = replace(one.measured, timings=(*one.measured.timings, timing))


def _about(watch: Watch, setting: str, what: str) -> None:
    watch(f"{setting}: {what}")


def _warm(one: _Running, feed: Feed, effort: Effort, second_s: float) -> float:
    """The rest of the warm-up, a block at a time; what a run takes at its end."""
    left, latest = effort.warmup - 2, second_s
    while left > 0:
        times = max(1, min(left, int(effort.block_s / max(latest, 1e-9))))
        seconds = one.seconds(feed, times)
        if not seconds:
            break
        left, latest = left - times, min(seconds)
    return max(latest, 1e-9)


def peak(pid: int) -> int | None:
    """Most bytes of memory that a process held so far; None where the system doesn't tell."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    for line in text.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    return None
