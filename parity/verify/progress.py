"""What a run tells whoever watches it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Where a run stands.

    stage: "load", "sizes", "boundary", "known", "generate", "target", "rounding" or "shrink".
    done, total: examples; total is 0 where it isn't known. ratio: the largest
    share so far of what is allowed. smallest: positions in the smallest failing
    feed so far, while shrinking.
    """

    stage: str
    done: int = 0
    total: int = 0
    ratio: float = 0.0
    smallest: int | None = None


Watcher = Callable[[Step], None]
"""Gets every step, often; it must be quick."""


def nobody(step: Step) -> None:
    """Watch nothing."""
