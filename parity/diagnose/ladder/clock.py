"""The time that a climb may take."""

import time


class Clock:
    """Counts down. left: seconds, never below 0. seconds: since it was made."""

    def __init__(self, budget_s: float) -> None:
        self._began = time.monotonic()
        self._budget_s = budget_s

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def left(self) -> float:
        return max(0.0, self._budget_s - self.seconds)
