"""Ask what an ONNX file computes in float64, within the time of a climb."""

from pathlib import Path

from parity.diagnose.ladder.clock import Clock
from parity.model.tensors import Feed
from parity.workers import float64
from parity.workers.float64 import Told

__all__ = ["Told", "ask"]


def ask(model: Path, feed: Feed, clock: Clock, *, checked: bool = False) -> Told | str:
    """See ``float64.ask``."""
    if not clock.left:
        return "no time was left for it"
    return float64.ask(model, feed, clock.left, checked=checked)
