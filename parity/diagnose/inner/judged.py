"""What came of a piece of the candidate that was fed with the reference's values."""

import math
from dataclasses import dataclass

import numpy as np

from parity.compare.place import Index
from parity.compare.rounding import EPSILON
from parity.diagnose.inner.align import Pair
from parity.model.precisions import family

COARSE = {"fp32": EPSILON, "fp16": 2.0**-10, "int8": 2.0**-7, "bf16": 2.0**-7}
"""What a number of a precision is good for, over the magnitude. FP16 runs in FP32 between casts on
a CPU, so that its dtype doesn't tell; INT8 has 127 steps either way."""


@dataclass(frozen=True)
class Judged:
    """One aligned tensor.

    own: how far the piece that makes it is off, given the reference's values. inherited: how far
    it moves when given the candidate's own values instead; None where the candidate doesn't run.
    moved: how far when what it is given moves by an ulp. index, expected, actual: where it is
    furthest off. magnitude: of the largest number of the reference. dtype, shape: as the candidate
    has it. nodes: of the piece, by their numbers. failed: why there are no numbers; "" where there
    are. terms: how many numbers go into one where the piece sums up. instead: the
    file of another tensor of the reference, which is what the piece makes. bounded: whether it
    makes shares of 1, computed as such, however small they are. precision: of the candidate.
    """

    pair: Pair
    nodes: tuple[int, ...]
    own: float = 0.0
    inherited: float | None = None
    total: float | None = None
    moved: float = 0.0
    magnitude: float = 0.0
    index: Index = ()
    expected: float = 0.0
    actual: float = 0.0
    dtype: str = ""
    shape: tuple[int, ...] = ()
    failed: str = ""
    terms: float = 1.0
    instead: str = ""
    bounded: bool = False
    precision: str = "fp32"

    @property
    def rounding(self) -> float:
        """What rounding alone does to it; 0 for whole numbers that don't move."""
        if not np.issubdtype(np.dtype(self.dtype or "float32"), np.floating):
            return self.moved
        # A sum of equal numbers rounds the same way each time, which no moving of them shows:
        # global pooling of a constant picture is up to 49 times off what moving it says.
        scale = max(self.magnitude, 1.0) if self.bounded else self.magnitude
        epsilon = max(COARSE[family(self.precision)], EPSILON * math.sqrt(self.terms))
        return max(self.moved, epsilon * scale)

    @property
    def ratio(self) -> float:
        """How many times its own rounding it is off; infinite where rounding does nothing."""
        if self.failed or math.isinf(self.own):
            return math.inf
        if not self.own:
            return 0.0
        return self.own / self.rounding if self.rounding else math.inf
