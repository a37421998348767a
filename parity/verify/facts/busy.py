"""How long at least one engine was at work."""


class Busy:
    """The union of intervals that come in roughly in order.

    seconds: total during which an engine ran, counted once where both did.
    """

    def __init__(self) -> None:
        self._intervals: list[tuple[float, float]] = []

    def add(self, started: float, finished: float) -> None:
        """One run of one engine."""
        self._intervals.append((started, finished))

    @property
    def seconds(self) -> float:
        """Length of the union."""
        total = 0.0
        end = float("-inf")
        for start, finish in sorted(self._intervals):
            if finish > end:
                total += finish - max(start, end)
                end = finish
        return total
