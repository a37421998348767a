"""What came of one net at one opset by one exporter."""

from dataclasses import dataclass
from typing import Literal

Status = Literal[
    "right", "upgraded", "refused", "aborts", "unloadable", "fails", "shape", "dtype", "values",
    "unrepeatable", "unjudged",
]  # fmt: skip
"""right: as Paddle's plain kernels on every feed. upgraded: right, at another opset than asked.
refused: the exporter says why not. aborts: it died, or took too long, and gave no reason.
unloadable: no runtime takes the file. fails: it loads, and a feed that Paddle takes ends it.
shape, dtype, values: other than Paddle's. unrepeatable: exported again it is another file.
unjudged: nothing could be compared, which is the net's fault or Paddle's, and no pass."""

GOOD: tuple[Status, ...] = ("right", "upgraded")

DEFECTS: tuple[Status, ...] = (
    "aborts", "unloadable", "fails", "shape", "dtype", "values", "unrepeatable",
)  # fmt: skip
"""What nobody can want. A refusal is none: it is said, and nothing wrong goes on."""


@dataclass(frozen=True)
class Row:
    """One cell of the table.

    exporter: its name; "paddle" for Paddle's default kernels against its plain ones, where
    opset is 0. effective: opset of the file; 0 where there is none. reason: why not right.
    stage: "exporter", "runtime", or "" where that wasn't told. feeds, elements: compared.
    max_abs, allowed: the worst difference and what was allowed there. cached: from an earlier run.
    """

    net: str
    exporter: str
    opset: int
    status: Status
    effective: int = 0
    reason: str = ""
    stage: str = ""
    feeds: int = 0
    elements: int = 0
    max_abs: float = 0.0
    allowed: float = 0.0
    seconds: float = 0.0
    cached: bool = False

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is of."""
        return self.net, self.exporter, self.opset


PADDLE = "paddle"
"""The exporter's place, where Paddle is held against itself."""
