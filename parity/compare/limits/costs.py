"""What goes beyond the limits that a case states: size, time, and limits that nothing tells."""

from dataclasses import dataclass

from parity.shown import shown


@dataclass(frozen=True)
class TooLarge:
    """A model takes more room on disk than the case allows; both in MB of 1,000,000 bytes."""

    file: str
    size_mb: float
    allowed_mb: float

    def __str__(self) -> str:
        return (
            f"{shown(self.file)}: {self.size_mb:.2f} MB on disk, the case allows "
            f"{self.allowed_mb:g} (max_size_mb)"
        )


@dataclass(frozen=True)
class TooSlow:
    """A sample takes longer than the case allows.

    system: precision and engine. setting: batch and length. latency_ms: 1000 * total / samples.
    spread: of the rounds, over their median.
    """

    system: str
    setting: str
    latency_ms: float
    allowed_ms: float
    spread: float

    def __str__(self) -> str:
        return (
            f"{shown(self.system)}: {self.latency_ms:.3g} ms a sample at {self.setting}, the case "
            f"allows {self.allowed_ms:g} (max_latency_ms; spread {self.spread:.0%})"
        )


@dataclass(frozen=True)
class SpeedupMissed:
    """A candidate is quicker than the reference by less than the case asks for.

    speedup: the reference's time over the candidate's, the median of the rounds; below 1 it is
    slower. spread: of the candidate's rounds, over their median.
    """

    system: str
    setting: str
    speedup: float
    wanted: float
    spread: float

    def __str__(self) -> str:
        return (
            f"{shown(self.system)}: {self.speedup:.2f} times as quick as the reference at "
            f"{self.setting}, the case asks for {self.wanted:g} (min_speedup; spread "
            f"{self.spread:.0%})"
        )


@dataclass(frozen=True)
class LimitNotJudged:
    """A limit that the case states, and that what was measured says nothing about."""

    system: str
    limit: str
    cause: str

    def __str__(self) -> str:
        return f"{shown(self.system)}: {self.limit} can't be judged: {shown(self.cause)}"
