"""What a run tells whoever watches it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Where a run stands.

    stage: "load", "sizes", "feeds", "golden", "boundary", "known", "generate", "target",
    "rounding", "checks" or "shrink"; before and behind a run "build" and "explain". done, total:
    examples of the whole run, of which the total is known from the first on; in other stages what
    the stage itself counts, the total being 0 where it isn't known. ratio: the largest share so
    far of what is allowed. smallest: positions in the smallest failing feed so far, while
    shrinking. ends: when the stage ends at the latest, by ``time.monotonic``. what: that is built.
    told: what is known of the inputs by now, a line each; each line is told once.
    """

    stage: str
    done: int = 0
    total: int = 0
    ratio: float = 0.0
    smallest: int | None = None
    ends: float | None = None
    what: str = ""
    told: tuple[str, ...] = ()


Watcher = Callable[[Step], None]
"""Gets every step, often; it must be quick."""


def nobody(step: Step) -> None:
    """Watch nothing."""
