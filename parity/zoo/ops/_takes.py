"""What an input of a net takes: "int64 N,S below 7", "N,3,H,W", "N,4 positive"."""

import re
from dataclasses import dataclass

_DTYPES = ("float32", "float64", "int32", "int64", "bool", "float16", "uint8", "complex64")

_KINDS = {
    "free": 0, "positive": 0, "unit": 0, "inner": 0, "nonzero": 0, "distinct": 0, "special": 0,
    "small": 0, "boxes": 0, "below": 1, "upto": 1, "from": 2,
}  # fmt: skip
"""Words, and how many numbers go with each."""


@dataclass(frozen=True)
class Takes:
    """dtype: of numpy. shape: numbers, and letters for what is open; one letter has one value.

    kind: which values. free: any float of usual size, halves and quarters, zeros, some large.
    positive: above 0.05. unit: 0 to 1. inner: within -1 and 1, not at the ends. nonzero: none
    near 0. distinct: no two equal. special: NaN and infinities among them. small: within 2.
    boxes: corners, the second behind the first. below: integers from 0, the end apart. upto:
    lengths, from 1 to the size of that letter. from: from the first number to the second, which
    is apart. numbers: those of the kind.
    """

    dtype: str
    shape: tuple[int | str, ...]
    kind: str = "free"
    numbers: tuple[float | str, ...] = ()

    @property
    def open(self) -> tuple[int, ...]:
        """The shape as Paddle is told it: -1 for what is open."""
        return tuple(-1 if isinstance(axis, str) else axis for axis in self.shape)


def takes(text: str) -> Takes:
    """From its words. Raises ValueError for what makes no sense."""
    words = text.split()
    dtype = words.pop(0) if words and words[0] in _DTYPES else "float32"
    if not words:
        raise ValueError(f'"{text}": no shape')
    shape = _shape(words.pop(0))
    kind = words.pop(0) if words else "free"
    if kind not in _KINDS or len(words) != _KINDS[kind]:
        raise ValueError(f'"{text}": {kind} with {len(words)} numbers is unknown')
    numbers = tuple(word if word.isalpha() else float(word) for word in words)
    return Takes(dtype, shape, kind, numbers)


def _shape(text: str) -> tuple[int | str, ...]:
    if text == "()":
        return ()
    if not re.fullmatch(r"(\d+|[A-Z])(,(\d+|[A-Z]))*", text):
        raise ValueError(f'"{text}" is no shape')
    return tuple(int(axis) if axis.isdigit() else axis for axis in text.split(","))
