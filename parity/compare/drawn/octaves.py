"""How many differences are of which size: a histogram by powers of two."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

LOWEST, HIGHEST = -64, 63
"""Exponents that have a place of their own; what is beyond counts with the last. 2**-64 is 5e-20,
below what a float32 of 1e-12 is rounded by."""

_STRETCH = 1 << 16  # differences at once, so that they stay in the processor's cache
_BIAS, _MANTISSA, _EXPONENTS = 1023, 52, 2048  # of float64


def octaves(difference: NDArray[np.float64], elements: int) -> Counts:
    """int64 (129,): how many are exactly zero, then how many of each octave from LOWEST on.

    difference: float64, none negative or NaN, of any shape and without gaps in memory; zero
    where nothing was compared. elements: how many of them were. The exponent is read from the
    bits: of a million differences in 2 ms, where a logarithm takes 9.
    """
    bits = difference.reshape(-1).view(np.int64)
    raw = np.zeros(_EXPONENTS, np.int64)
    for start in range(0, bits.size, _STRETCH):
        stretch = bits[start : start + _STRETCH] >> _MANTISSA
        raw += np.bincount(stretch, minlength=_EXPONENTS)
    counts = np.empty(HIGHEST - LOWEST + 2, np.int64)
    low, high = LOWEST + _BIAS, HIGHEST + _BIAS
    counts[0] = raw[0] - (bits.size - elements)
    counts[1:] = raw[low : high + 1]
    counts[1] += raw[1:low].sum()
    counts[-1] += raw[high + 1 :].sum()
    return counts


@dataclass(frozen=True)
class Octaves:
    """The same for a report. zero: exactly equal. counts: of the octaves that have any, and those
    between them; the first is [2**lowest, 2**(lowest + 1)).
    """

    zero: int
    lowest: int
    counts: tuple[int, ...]


def trimmed(counts: Counts) -> Octaves:
    """Without the empty octaves at both ends."""
    filled = np.flatnonzero(counts[1:])
    if not filled.size:
        return Octaves(int(counts[0]), 0, ())
    first, last = int(filled[0]), int(filled[-1])
    return Octaves(int(counts[0]), LOWEST + first, tuple(counts[1 + first : 2 + last].tolist()))
