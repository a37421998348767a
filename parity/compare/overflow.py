"""What FP16 can't hold, though the engine that ran the check didn't show it."""

from dataclasses import dataclass

from parity.shown import shown

LARGEST = 65504.0
"""Of FP16 (IEEE 754 binary16)."""

INFINITE = 65520.0
"""From here on a number rounds to infinity in FP16."""


@dataclass(frozen=True)
class Fp16Overflows:
    """An operator makes numbers beyond FP16's largest, in a tensor that is FP16.

    node: its name, or what it makes where it has none. tensor: what it makes. value: the furthest
    number, computed with FP32's range. label: the feed. further: tensors behind it that are beyond
    FP16, too. limit: FP16's largest.
    """

    node: str
    op_type: str
    tensor: str
    value: float
    label: str
    further: int = 0
    limit: float = LARGEST

    def __str__(self) -> str:
        more = f", and {self.further} tensors behind it are beyond it, too" if self.further else ""
        return shown(
            f"{self.op_type} {self.node}: {self.tensor} reaches {self.value:.6g} on {self.label}, "
            f"and FP16 ends at {self.limit:g}{more}: infinity wherever FP16 is computed in FP16, "
            "though not on a CPU; parity plan says what to keep in FP32"
        )
