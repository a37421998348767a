"""Tensors of numbers: floats, pictures, and whole numbers in a range."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from parity.errors import InputError
from parity.inputs import _numbers, pictures
from parity.inputs._source import Choice, Source
from parity.model.spec import Image, SegmentIds, TensorSpec, TokenIds, Values, Waveform
from parity.model.tensors import Array

MODES = ("zero", "elements", "low", "high", "ramp", "noise", "bumps")
"""The ways to fill a tensor, the simplest first. "elements" draws each value."""

UNSAID = Values(-3.0, 3.0)
"""Floats of which the graph says nothing: normalised data."""

_DRAWN = 1024  # elements that are drawn one by one at most


@dataclass(frozen=True)
class Range:
    """Which numbers an input takes: [low, high], whole or not."""

    low: float
    high: float
    whole: bool

    @property
    def zero(self) -> float:
        """The simplest number: zero, or what is nearest to it."""
        return min(max(0.0, self.low), self.high)


def of(spec: TensorSpec) -> Range:
    """The range of an input. Raises InputError where a wrong guess could read out of bounds."""
    dtype = np.dtype(spec.dtype)
    domain = spec.domain
    if dtype == np.bool_:
        return Range(0, 1, whole=True)
    if isinstance(domain, TokenIds):
        return Range(0, domain.vocabulary - 1, whole=True)
    if isinstance(domain, SegmentIds):
        return Range(0, domain.kinds - 1, whole=True)
    span = _numbers.span(domain)
    if span is not None:
        return Range(*span)
    whole = bool(np.issubdtype(dtype, np.integer)) or (isinstance(domain, Values) and domain.whole)
    if not whole and not np.issubdtype(dtype, np.floating):
        raise InputError(f"{spec.name}: no values are known for dtype {spec.dtype}")
    if isinstance(domain, Values | Image | Waveform):
        low, high = domain.low, domain.high
        if whole:
            low, high = math.ceil(low), math.floor(high)
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise InputError(f"{spec.name}: no value is in [{domain.low}, {domain.high}]")
        return Range(low, high, whole)
    if whole:
        raise InputError(
            f"{spec.name}: {spec.dtype}, and the graph doesn't say which values are meaningful"
        )
    return Range(UNSAID.low, UNSAID.high, whole=False)


def draw(source: Source, spec: TensorSpec, shape: tuple[int, ...], *, capacity: int) -> Array:
    """Fill a tensor of this shape, in the dtype that the spec says.

    capacity: bytes of the source that the elements may take.
    """
    rule = of(spec)
    if isinstance(spec.domain, Image) and len(shape) == 4:
        return pictures.draw(source, spec, spec.domain, shape)
    count = math.prod(shape)
    mode = MODES[source.integer(0, len(MODES) - 1, f"{spec.name} mode")]
    if mode == "elements":
        # The bound doesn't hang on the count: what was drawn stays good for fewer elements.
        most = max(1, min(_DRAWN, capacity))
        data = source.data(f"{spec.name} elements", min_size=0, max_size=most)
        codes = np.zeros(count, dtype=np.uint8)
        codes[: len(data)] = np.frombuffer(data, dtype=np.uint8)[:count]
        flat = _table(rule)[codes]
    elif mode in ("noise", "bumps"):
        seed = source.integer(0, 255, f"{spec.name} seed")
        random = np.random.default_rng(seed)
        if mode == "noise" and isinstance(spec.domain, Waveform) and shape:
            fill = _numbers.sound(spec.domain.rate, shape[-1])
            flat = fill(random, rule.low, rule.high, count)
        else:
            flat = _RANDOM[mode](random, rule, count)
    else:
        flat = _FIXED[mode](rule, count)
    if rule.whole:
        flat = np.rint(flat)
    flat = _numbers.meant(spec.domain, np.clip(flat, rule.low, rule.high))
    return flat.astype(spec.dtype).reshape(shape)


def look(spec: TensorSpec, index: int, seed: int) -> tuple[str, dict[str, Sequence[Choice]]]:
    """One way to fill an input, natural ones first: its name, and the answers that lead to it."""
    seeds: dict[str, Sequence[Choice]] = {f"{spec.name} seed": [seed % 256]}
    if isinstance(spec.domain, Image):
        kind = _PICTURES[index % len(_PICTURES)]
        ways = len(pictures.norms(spec.domain))
        answers: dict[str, Sequence[Choice]] = {
            f"{spec.name} picture": [pictures.KINDS.index(kind)]
        }
        if ways > 1:
            answers[f"{spec.name} norm"] = [(index // 2) % ways]
        return kind, answers | seeds
    mode = _NUMBERS[index % len(_NUMBERS)]
    answers = {f"{spec.name} mode": [MODES.index(mode)]}
    return mode, answers | (seeds if mode in _RANDOM else {})


_PICTURES = (
    "strokes", "photo", "shapes", "strokes", "photo", "bars", "strokes", "photo", "gradient",
    "strokes", "noise", "flat",
)  # fmt: skip
_NUMBERS = ("noise", "ramp", "noise", "bumps", "noise", "low", "noise", "high", "noise", "zero")

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def _table(rule: Range) -> Floats:
    """256 values of the range, the one nearest to zero first."""
    grid = np.linspace(rule.low, rule.high, 255)
    if rule.whole:
        grid = np.rint(grid)
    return np.concatenate([[rule.zero], grid[np.argsort(np.abs(grid), kind="stable")]])


_FIXED: dict[str, Callable[[Range, int], Floats]] = {
    "zero": lambda r, n: np.full(n, r.zero),
    "low": lambda r, n: np.full(n, r.low),
    "high": lambda r, n: np.full(n, r.high),
    "ramp": lambda r, n: np.linspace(r.low, r.high, n),
}


def _noise(random: np.random.Generator, rule: Range, count: int) -> Floats:
    if rule.whole:
        return random.integers(int(rule.low), int(rule.high) + 1, size=count).astype(np.float64)
    return random.uniform(rule.low, rule.high, size=count)


def _bumps(random: np.random.Generator, rule: Range, count: int) -> Floats:
    """Mostly the simplest value, here and there another one."""
    return np.where(random.random(count) < 0.05, _noise(random, rule, count), rule.zero)


_RANDOM: dict[str, Callable[[np.random.Generator, Range, int], Floats]] = {
    "noise": _noise,
    "bumps": _bumps,
}
