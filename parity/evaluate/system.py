"""What is measured: one engine with one model, and what came of it."""

from dataclasses import dataclass, field

from parity.tasks import Answer


@dataclass(frozen=True)
class Flips:
    """Answers that are others than the reference's.

    lost: that were right and no longer are. won: the other way. other: wrong before and
    after, or right both times in other words. p: of ``lost`` against ``won`` by McNemar's exact
    test, two-sided; None without labels.
    """

    lost: int
    won: int
    other: int
    p: float | None

    @property
    def total(self) -> int:
        """All of them."""
        return self.lost + self.won + self.other


@dataclass(frozen=True)
class System:
    """One row of the table.

    case, role, engine, precision: which it is. figures: in percent, the main one first; empty
    without labels. change: of each figure against the reference's, in points; empty for it.
    flips: None for the reference. failed: why it has no answers. answers: one a row of the data.
    seconds: that its engine was at work.
    """

    case: str
    role: str
    engine: str
    precision: str
    figures: dict[str, float] = field(default_factory=dict)
    change: dict[str, float] = field(default_factory=dict)
    flips: Flips | None = None
    failed: str | None = None
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """For a table."""
        return f"{self.case} {self.precision} {self.engine}"
