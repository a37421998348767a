"""Look longer where few numbers are off: a rounding to whole numbers turns by luck.

Where a model rounds, floors or compares, most elements never move, and one that lies near a turn
jumps. Two healthy runtimes are apart by up to ten times what moves of one unit in the last place
do; so here the moves are as large, and many. Of them only jumps count: what they do to a number
that follows them smoothly is no measure of rounding.
"""

from collections.abc import Mapping

import numpy as np

from parity.compare.findings import PaddingDiffers, ValuesDiffer
from parity.compare.outputs import Comparison
from parity.model.tensors import Array, Feed, Outputs
from parity.verify.doubt.rounding import Noise
from parity.verify.request import Request

MOVES, ULPS = 32, 8
"""An element that turns in one of ten moves is missed by so many once in thirty times."""

_JUMP = 40.0
"""Times what moves of one unit do: eight times as much is smooth, five times that is a jump."""

_COUNTED = 0.15
"""Of a jump, as noise: ten times that is the jump and half of it, and no more is excused."""

_SHARE, _FEW = 0.02, 4
"""Of an output's elements: more than lie at a turn by chance, and a fault is at work."""

_TRIES = 3
"""So many findings that stood in spite of it, and nobody looks so long again."""


class Patience:
    """The candidate with weights that are moved often, loaded when it is first asked."""

    def __init__(self, request: Request, timeouts: Mapping[str, float]) -> None:
        self._noise = Noise(request, timeouts, moves=MOVES, ulps=ULPS)
        self._left = _TRIES

    def of(
        self, feed: Feed, comparison: Comparison, near: Outputs | None
    ) -> dict[str, Array] | None:
        """The noise with jumps in it; None where it isn't worth that.

        near: the noise of the usual moves, whose arrays are left as they are.
        """
        few = comparison.findings and all(map(_few, comparison.findings))
        if not self._left or near is None or not few:
            return None
        far = self._noise.of(feed)
        if far is None:
            return None
        return {name: _jumps(near[name], array) for name, array in far.items() if name in near}

    def stood(self) -> None:
        """A finding stood all the same."""
        self._left = max(0, self._left - 1)

    def close(self) -> None:
        """End the process, if there is one."""
        self._noise.close()


def _jumps(near: Array, far: Array) -> Array:
    if near.shape != far.shape:
        return np.array(near)
    jumps = np.asarray(far, np.float32) > _JUMP * np.asarray(near, np.float32)
    return np.where(jumps, _COUNTED * np.asarray(far, np.float32), near)


def _few(finding: object) -> bool:
    if not isinstance(finding, ValuesDiffer | PaddingDiffers) or finding.exact:
        return False
    return finding.count <= max(_FEW, _SHARE * finding.elements)
