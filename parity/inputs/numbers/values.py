"""Tensors of numbers: floats, pictures, and whole numbers in a range."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from parity.errors import InputError
from parity.inputs import pictures
from parity.inputs._source import Choice, Source
from parity.inputs.numbers import scales
from parity.inputs.tokens.sensible import option
from parity.model.spec import (
    Columns,
    Domain,
    Image,
    PositionIds,
    SegmentIds,
    TensorSpec,
    TokenIds,
    Values,
    Waveform,
)
from parity.model.tensors import Array

MODES = ("zero", "elements", "low", "high", "ramp", "noise", "bumps")
"""The ways to fill a tensor, the simplest first. "elements" draws each value."""

UNSAID = Values(-3.0, 3.0)
"""Floats of which the graph says nothing: normalised data."""

_POINTS = 192  # values that matter, of the 256 that single elements may have
_USUAL = 0.5  # share of feeds of floats that keep to the range
_DRAWN = 1024  # elements that are drawn one by one at most


@dataclass(frozen=True)
class Range:
    """Which numbers an input takes: [low, high], whole or not; and some that matter most.

    points: of floats some may lie outside, where the range is a guess and the graph names them.
    """

    low: float
    high: float
    whole: bool
    points: tuple[float, ...] = ()

    @property
    def zero(self) -> float:
        """The simplest number: zero, or what is nearest to it."""
        return min(max(0.0, self.low), self.high)

    @property
    def whole_span(self) -> tuple[float, float]:
        """The range, as far out as the points are."""
        known = [p for p in self.points if not math.isnan(p)]
        return min((self.low, *known)), max((self.high, *known))


def of(spec: TensorSpec) -> Range:
    """The range of an input. Raises InputError where a wrong guess could read out of bounds."""
    dtype = np.dtype(spec.dtype)
    domain = spec.domain
    if dtype == np.bool_:
        return Range(0, 1, whole=True)
    if isinstance(domain, TokenIds):
        return Range(domain.lowest, domain.vocabulary - 1, whole=True, points=domain.suspects)
    if isinstance(domain, Columns):
        return _entry(spec, domain.of[0])
    span = _span(domain)
    if span is not None:
        return Range(*span)
    whole = bool(np.issubdtype(dtype, np.integer))
    if not whole and not np.issubdtype(dtype, np.floating):
        raise InputError(f"{spec.name}: no values are known for dtype {spec.dtype}")
    if isinstance(domain, Values | Image | Waveform):
        return _bounded(spec, domain, whole=whole)
    if whole:
        raise InputError(
            f"{spec.name}: {spec.dtype}, and the graph doesn't say which values are meaningful; "
            f"say so: {option(spec)}"
        )
    return Range(UNSAID.low, UNSAID.high, whole=False)


def _bounded(spec: TensorSpec, domain: Values | Image | Waveform, *, whole: bool) -> Range:
    low, high = domain.low, domain.high
    points = domain.points if isinstance(domain, Values) else ()
    whole = whole or (isinstance(domain, Values) and domain.whole)
    if whole:
        low, high = math.ceil(low), math.floor(high)
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise InputError(f"{spec.name}: no value is in [{domain.low}, {domain.high}]")
    if whole:
        points = tuple(p for p in points if low <= p <= high or math.isnan(p))
    return Range(low, high, whole, points)


def _span(domain: Domain | None) -> tuple[float, float, bool] | None:
    if isinstance(domain, SegmentIds | PositionIds):
        bound = domain.kinds if isinstance(domain, SegmentIds) else domain.bound
        return 0, bound - 1, True
    return scales.span(domain)


def draw(
    source: Source,
    spec: TensorSpec,
    shape: tuple[int, ...],
    *,
    capacity: int,
    below: int | None = None,
) -> Array:
    """Fill a tensor of this shape, in the dtype that the spec says.

    capacity: bytes of the source that the elements may take. below: how many entries the axis
    has that is indexed; for `Indices` alone.
    """
    rule = of(spec)
    if isinstance(spec.domain, Image) and len(shape) == 4:
        return pictures.draw(source, spec, spec.domain, shape)
    count = math.prod(shape)
    mode = MODES[source.integer(0, len(MODES) - 1, f"{spec.name} mode")]
    data, seed = b"", 0
    if mode == "elements":
        # The bound doesn't hang on the count: what was drawn stays good for fewer elements.
        most = max(1, min(_DRAWN, capacity))
        data = source.data(f"{spec.name} elements", min_size=0, max_size=most)
    elif mode in _RANDOM:
        seed = source.integer(0, 255, f"{spec.name} seed")
    if isinstance(spec.domain, Columns):
        flat = _by_column(spec, spec.domain, shape, (mode, data, seed))
    elif isinstance(spec.domain, Waveform) and mode == "noise" and shape:
        fill = scales.sound(spec.domain.rate, shape[-1])
        flat = np.clip(
            fill(np.random.default_rng(seed), rule.low, rule.high, count), rule.low, rule.high
        )
    else:
        flat = _filled(rule, count, mode, data, np.random.default_rng(seed))
        flat = scales.meant(spec.domain, flat, below)
    return flat.astype(spec.dtype).reshape(shape)  # 0-d stays 0-d


def table(spec: TensorSpec) -> "Floats":
    """The 256 values that the bytes of the question "elements" stand for."""
    return _table(of(spec))


def _filled(
    rule: Range, count: int, mode: str, data: bytes, random: np.random.Generator
) -> "Floats":
    if mode == "elements":
        codes = np.zeros(count, dtype=np.uint8)
        codes[: len(data)] = np.frombuffer(data, dtype=np.uint8)[:count]
        flat = _table(rule)[codes]
    elif mode in _RANDOM:
        flat = _RANDOM[mode](random, rule, count)
    else:
        flat = _FIXED[mode](rule, count)
    if rule.whole:
        flat = np.rint(flat)
    return np.clip(flat, *rule.whole_span)


def _by_column(
    spec: TensorSpec, domain: Columns, shape: tuple[int, ...], how: tuple[str, bytes, int]
) -> "Floats":
    """Each entry of the axis by its own rule, in the same way; ordered where they must be."""
    mode, data, seed = how
    size = shape[domain.axis]
    count = math.prod(shape) // max(1, size)
    made = np.empty((size, count))
    for entry in range(size):
        rule = _entry(spec, domain.of[min(entry, len(domain.of) - 1)])
        random = np.random.default_rng((seed, entry))
        made[entry] = _filled(rule, count, mode, data[entry::size], random)
    for more, less in domain.ordered:
        pair = made[[less, more]]
        made[less], made[more] = pair.min(axis=0), pair.max(axis=0)
    rest = [n for axis, n in enumerate(shape) if axis != domain.axis]
    return np.moveaxis(made.reshape(size, *rest), 0, domain.axis).ravel()


def _entry(spec: TensorSpec, values: Values) -> Range:
    return of(TensorSpec(spec.name, "int64", spec.shape, values))


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
    """256 values of the range: the one nearest to zero, those that matter, and a grid."""
    points = np.asarray(rule.points[:_POINTS], np.float64)
    grid = np.linspace(rule.low, rule.high, 255 - len(points))
    if rule.whole:
        grid = np.rint(grid)
    return np.concatenate([[rule.zero], points, grid[np.argsort(np.abs(grid), kind="stable")]])


_FIXED: dict[str, Callable[[Range, int], Floats]] = {
    "zero": lambda r, n: np.full(n, r.zero),
    "low": lambda r, n: np.full(n, r.low),
    "high": lambda r, n: np.full(n, r.high),
    "ramp": lambda r, n: np.linspace(r.low, r.high, n),
}


def _noise(random: np.random.Generator, rule: Range, count: int) -> Floats:
    if not rule.whole:
        drawn = random.uniform(rule.low, rule.high, size=count)
        # Every other feed as is usual: what lies beyond may look all the same to a model.
        if not rule.points or random.random() < _USUAL:
            return drawn
        # A third of them where something turns, and as many between such places.
        beyond = random.uniform(*rule.whole_span, size=count)
        at = random.choice(rule.points, size=count)
        return np.choose(random.integers(0, 3, size=count), [drawn, at, beyond])
    drawn = random.integers(int(rule.low), int(rule.high) + 1, size=count).astype(np.float64)
    if not rule.points:
        return drawn
    # Half of them where something turns.
    return np.where(random.random(count) < 0.5, random.choice(rule.points, size=count), drawn)


def _bumps(random: np.random.Generator, rule: Range, count: int) -> Floats:
    """Mostly the simplest value, here and there another one."""
    return np.where(random.random(count) < 0.05, _noise(random, rule, count), rule.zero)


_RANDOM: dict[str, Callable[[np.random.Generator, Range, int], Floats]] = {
    "noise": _noise,
    "bumps": _bumps,
}
