"""Whose fault a difference can be."""

from typing import Literal

Stage = Literal[
    "weights", "attributes", "exporter", "optimiser", "kernel", "conversion", "reference",
    "rounding", "unknown",
]  # fmt: skip
