"""How far a candidate may be from its reference."""

import math
from dataclasses import dataclass
from typing import Literal

from parity.errors import UsageError

Rule = Literal["max", "elementwise"]


@dataclass(frozen=True)
class Tolerance:
    """A rule and its two numbers.

    rule "max": an output passes if its largest difference is below ``atol``,
        or, over the largest magnitude of the reference, below ``rtol``.
    rule "elementwise": every element passes if it differs by no more than
        ``atol + rtol * |expected|``.

    Integers and booleans must be equal under either rule.
    """

    atol: float
    rtol: float
    rule: Rule = "max"

    def __post_init__(self) -> None:
        for name, value in (("atol", self.atol), ("rtol", self.rtol)):
            if not (math.isfinite(value) and value >= 0):
                raise UsageError(f"{name} {value} is not a tolerance; give a number from 0 up")
        # An rtol of 1 lets an output of zeros pass for anything.
        if self.rtol >= 1:
            raise UsageError(f"rtol {self.rtol:g} would let any output of zeros pass; stay below 1")

    @property
    def padding(self) -> "Tolerance":
        """The tolerance at positions that are padding.

        Nobody reads them, and a network may be ill-conditioned there: between
        Paddle's own kernels MiniLM's moved by 5e-5 of max|ref|, thirty times as
        far as its positions that count. A lost mask or length moves them by
        tenths.
        """
        return Tolerance(
            self.atol * PADDING_FACTOR, min(self.rtol * PADDING_FACTOR, 0.5), self.rule
        )


PADDING_FACTOR = 30.0

DEFAULTS: dict[str, Tolerance] = {
    # Paddle2ONNX development guide, section 2.6: max|d| < 1e-5, else max|d| / max|ref| < 1e-5.
    "fp32": Tolerance(atol=1e-5, rtol=1e-5),
    # Rounding the zoo's models to half moved them by up to 5.5e-3 of max|ref| (MiniLM), and logits
    # near zero by 1.7e-2 (ernie-tiny-sentiment); up to twice that.
    "fp16": Tolerance(atol=2e-2, rtol=1e-2),
    # Dynamic INT8 of trained ERNIEs: 2 to 4 % of max|ref|, and logits near zero by 8.3e-2
    # (ernie-tiny-sentiment); up to twice that. Other models need a tolerance of their own.
    "int8": Tolerance(atol=1e-1, rtol=8e-2),
    # As dynamic INT8 until a case says otherwise: what calibration didn't see is cut off, so that
    # each model needs its own (`parity calibrate` proposes one).
    "int8-static": Tolerance(atol=1e-1, rtol=8e-2),
    # OpenVINO 2026.4 in BF16 (AVX512-BF16): 0.8 to 4.6 % of max|ref| of trained ERNIEs and MiniLM,
    # 6.1 % of a seeded MobileNetV3, logits near zero by 3.3e-2; as INT8.
    "bf16": Tolerance(atol=1e-1, rtol=8e-2),
    # FP32 throughout: fusing moves the last bits only.
    "optimized": Tolerance(atol=1e-5, rtol=1e-5),
    "fused": Tolerance(atol=1e-5, rtol=1e-5),
}
"""Default tolerance by precision of the candidate."""
