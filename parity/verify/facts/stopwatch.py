"""Wall time by stage."""

import time


class Stopwatch:
    """``lap`` names the time since the last lap; laps of one name add up."""

    def __init__(self) -> None:
        self._begun = self._last = time.monotonic()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """End a stage."""
        now = time.monotonic()
        self.laps[name] = self.laps.get(name, 0.0) + now - self._last
        self._last = now

    @property
    def total(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._begun
