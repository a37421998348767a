"""What stands in the live line, as wide as there is room."""

import time
from collections import deque
from collections.abc import Callable

from rich.cells import cell_len, set_cell_size

from parity.report.values.ratios import share
from parity.shown import shown
from parity.verify.progress import Step

EXAMPLES = ("golden", "feeds", "boundary", "known", "generate", "target")
"""Stages that count the examples of the run."""

_SAID = {
    "load": "loading both engines",
    "sizes": "learning sizes",
    "rounding": "measuring rounding",
    "checks": "asking further",
    "shrink": "shrinking",
    "build": "building",
    "explain": "looking for the cause",
}

_BARS = ((100, 24), (85, 16), (65, 10), (0, 0))
"""From how many columns on a bar is how wide: as wide at the end of a run as at its beginning."""

_RECENT_S = 5.0  # over which a rate is taken: long feeds take longer than short ones
_SWING = 8  # quarter seconds from one end of the bar to the other


class Line:
    """Remembers the steps, and writes the line. clock: seconds; now and then it is asked."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._step = Step("load")
        self._entered = self._begun  # the stage
        self._seen: deque[tuple[float, int]] = deque(maxlen=512)

    def step(self, step: Step) -> bool:
        """Take a step in; whether a stage begins with it."""
        now, before = self._clock(), self._step
        new = step.stage != before.stage
        self._step = step
        if new:
            self._entered = now
            if not (step.stage in EXAMPLES and before.stage in EXAMPLES):
                self._seen.clear()
        if step.stage in EXAMPLES and (not self._seen or self._seen[-1][1] != step.done):
            self._seen.append((now, step.done))
        return new

    def text(self, width: int, *, about: str = "") -> str:
        """The line, of at most ``width`` columns. about: which of several runs it is."""
        step = self._step
        parts = [p for p in (shown(about), self._stage(), *self._counted()) if p]
        needed = [*parts, f"{self._clock() - self._begun:.1f} s"]
        bar = next(bar for columns, bar in _BARS if width >= columns)
        if bar and step.stage != "build":
            needed.insert(needed.index(self._stage()) + 1, self._bar(bar))
        # From the right: what tells least goes first.
        while len(needed) > 2 and cell_len("  ".join(needed)) > width:
            del needed[-2 if len(needed) > 3 else -1]
        whole = "  ".join(needed)
        return whole if cell_len(whole) <= width else set_cell_size(whole, width).rstrip()

    def plain(self) -> str:
        """The stage alone, for a terminal that can't go back in its line."""
        return self._stage()

    def _stage(self) -> str:
        step = self._step
        said = _SAID.get(step.stage, step.stage)
        return shown(step.what) or said

    def _counted(self) -> list[str]:
        """What is counted in a stage, what tells most first."""
        step = self._step
        if step.stage == "shrink":
            smallest = f"smallest {step.smallest} positions" if step.smallest else ""
            return [f"{step.done} feeds tried", smallest, self._at_most()]
        if step.stage not in EXAMPLES:
            total = f"/{step.total}" if step.total else ""
            return [f"{step.done}{total} feeds" if step.done else "", self._at_most()]
        rate = self._rate()
        left = (step.total - step.done) / rate if rate and step.total > step.done else None
        return [
            f"{step.done}/{step.total} examples" if step.total else f"{step.done} examples",
            f"worst {share(step.ratio)} of allowed",
            f"{_seconds(left)} left" if left is not None else "",
            f"{rate:.2g}/s" if rate and rate < 10 else f"{rate:.0f}/s" if rate else "",
        ]

    def _at_most(self) -> str:
        ends = self._step.ends
        return "" if ends is None else f"at most {_seconds(max(0.0, ends - self._clock()))} more"

    def _rate(self) -> float:
        """Examples per second lately; 0 where that isn't known yet."""
        now = self._clock()
        while len(self._seen) > 2 and now - self._seen[1][0] > _RECENT_S:
            self._seen.popleft()
        if len(self._seen) < 2 or now - self._seen[0][0] < 0.5:
            return 0.0
        return (self._seen[-1][1] - self._seen[0][1]) / (now - self._seen[0][0])

    def _bar(self, width: int) -> str:
        step = self._step
        if step.stage in EXAMPLES and step.total:
            full = round(width * min(1.0, step.done / step.total))
            return f"[{'#' * full}{'.' * (width - full)}]"
        # How much there is to do isn't known: something goes to and fro.
        quarter = int((self._clock() - self._entered) * 4) % (2 * _SWING)
        at = min(quarter, 2 * _SWING - quarter) * (width - 3) // _SWING
        return f"[{'.' * at}###{'.' * (width - 3 - at)}]"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
