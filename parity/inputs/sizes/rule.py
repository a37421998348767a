"""The rule behind the sizes that one axis takes."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Sizes from ``least`` to ``most`` that leave ``rest`` over when divided by ``multiple``.

    most: None where no bound was met.
    """

    multiple: int = 1
    rest: int = 0
    least: int = 1
    most: int | None = None

    def takes(self, size: int) -> bool:
        """Whether an axis of this size is allowed."""
        inside = self.least <= size and (self.most is None or size <= self.most)
        return inside and size % self.multiple == self.rest

    def options(self, wanted: Iterable[int]) -> tuple[int, ...]:
        """The wanted sizes, each moved to the nearest above that is allowed; ascending.

        Never empty: where nothing wanted is allowed it is the least that is.
        """
        moved = {self._above(size) for size in wanted}
        return tuple(sorted(s for s in moved if self.takes(s))) or (self._above(self.least),)

    def _above(self, size: int) -> int:
        size = max(size, self.least)
        return size + (self.rest - size) % self.multiple

    @property
    def fixed(self) -> bool:
        """Whether only one size is allowed."""
        return self.most is not None and self.most - self._above(self.least) < self.multiple

    def __str__(self) -> str:
        if self.fixed:
            return f"{self._above(self.least)} only"
        said = []
        if self.multiple > 1:
            said.append(
                f"multiples of {self.multiple}" + (f" plus {self.rest}" if self.rest else "")
            )
        least = self._above(self.least)
        if least > max(1, self.multiple):
            said.append(f"from {least}")
        if self.most is not None:
            said.append(f"up to {self.most}")
        return ", ".join(said) or "any"
