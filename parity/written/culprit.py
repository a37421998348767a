"""A node of the candidate that is to blame, or stands in the table of those that might be."""

import math
from dataclasses import dataclass, field

from parity.written.stretch import Stretch


@dataclass(frozen=True)
class Culprit:
    """One node, or the piece of the graph that it stands for, and why.

    node: its name, or what it makes where it has none; of a piece the most telling one. op_type:
    in ONNX. outputs: what it makes. reference_op: the op that it came from, as its format calls
    it; several are joined by " + ". evidence: one line. own: how far it is off given the
    reference's values, infinite where it fails or has another shape; None where it wasn't run.
    inherited: how far it moves given the candidate's own values; None where that doesn't run.
    rounding: what rounding does to it. stretch: the piece with the reference's values; None where
    it wasn't run, or is only an entry of the table. beside: other nodes of the piece that compute,
    and may be the guilty ones.
    """

    node: str
    op_type: str
    outputs: tuple[str, ...]
    reference_op: str
    evidence: str
    own: float | None = None
    inherited: float | None = None
    rounding: float | None = None
    stretch: Stretch | None = field(default=None, compare=False, repr=False)
    beside: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """How many times its own rounding it is off; 0 where it wasn't run."""
        if not self.own:
            return 0.0
        return self.own / self.rounding if self.rounding else math.inf

    def __str__(self) -> str:
        return f'{self.op_type} "{self.node}": {self.evidence}'
