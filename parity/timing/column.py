"""What is measured: one engine with one model; and what came of it, setting by setting."""

import statistics
from dataclasses import dataclass

from parity.engines import EngineInfo
from parity.verify.request import Side

REFERENCE = "reference"
CANDIDATE = "candidate"


@dataclass(frozen=True)
class Setting:
    """How it is fed. length: of each row, without padding; None for inputs that have none."""

    batch: int
    length: int | None

    def __str__(self) -> str:
        tokens = "" if self.length is None else f", length {self.length}"
        return f"batch {self.batch}{tokens}"


@dataclass(frozen=True)
class Timing:
    """One column at one setting. Seconds, by the clock of the worker around the run alone.

    first_s, second_s: the first two runs of this setting, where engines prepare themselves.
    runs: the steady ones, in the order in which they ran. rounds: mean seconds of a run, a round
    each. speedups: in each round, the reference's mean over this one's; 1 for itself.
    """

    setting: Setting
    first_s: float
    second_s: float
    runs: tuple[float, ...]
    rounds: tuple[float, ...]
    speedups: tuple[float, ...] = ()

    @property
    def latency_ms(self) -> float:
        """1000 * total / samples, as the text classification deployment guide counts."""
        return 1000 * sum(self.runs) / (len(self.runs) * self.setting.batch)

    @property
    def qps(self) -> float:
        """Samples a second: samples / total (ERNIE 3.0 README, performance)."""
        return len(self.runs) * self.setting.batch / sum(self.runs)

    def percentile_ms(self, share: float) -> float:
        """Milliseconds of a whole run below which such a share of the runs stay (nearest rank)."""
        ordered = sorted(self.runs)
        at = max(0, -(-round(share * 100) * len(ordered) // 100) - 1)
        return 1000 * ordered[at]

    @property
    def spread(self) -> float:
        """How far the rounds lie apart, over their median."""
        return (max(self.rounds) - min(self.rounds)) / statistics.median(self.rounds)

    @property
    def speedup(self) -> float:
        """The reference's time over this one's; the median of the rounds, each of one moment."""
        return statistics.median(self.speedups)


@dataclass(frozen=True)
class Column:
    """One engine with one model.

    name: for the table. role: "reference", to which all are held; "candidate"; or "beside", which
    nobody asked for and whose failure is no finding. precision: "fp32" for Paddle's.
    bytes: on disk.
    """

    name: str
    role: str
    precision: str
    side: Side
    bytes: int
    coverage: str = ""


@dataclass(frozen=True)
class Measured:
    """What came of a column.

    load_s: opening the model in a new process, the import of the engine's library included.
    peak_bytes: most memory that its process held; None where the system doesn't tell.
    failed: why there is no more of it.
    """

    column: Column
    info: EngineInfo | None = None
    load_s: float = 0.0
    timings: tuple[Timing, ...] = ()
    peak_bytes: int | None = None
    failed: str | None = None

    def at(self, setting: Setting) -> Timing | None:
        """What it took there; None where it wasn't measured."""
        return next((t for t in self.timings if t.setting == setting), None)
