"""Changes of the values of one input: what is flat, and what is near."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from parity.errors import InputError
from parity.inputs.numbers import values
from parity.model.spec import Image, TensorSpec, TokenIds, Values, Waveform
from parity.model.tensors import Array

Floats = NDArray[np.float64]
Move = Callable[[np.random.Generator, Floats, float, float], Floats]


def changeable(spec: TensorSpec) -> bool:
    """Whether the values of an input may be changed: ids, pictures, sound, plain numbers."""
    if not spec.shape or spec.dtype == "bool":
        return False
    return spec.domain is None or isinstance(spec.domain, TokenIds | Image | Values | Waveform)


def flat(spec: TensorSpec, array: Array) -> Array:
    """An array of the same shape with nothing in it: the simplest number, the simplest id."""
    if isinstance(spec.domain, TokenIds):
        pad = spec.domain.pad
        made = np.full_like(array, _simplest(spec.domain))
        # Padding stays where it is: it says how long a row is.
        return made if pad is None else np.where(array == pad, array, made)
    low, high = _range(spec, array)
    return np.full_like(array, min(max(0.0, low), high))


def ways(spec: TensorSpec) -> int:
    """In how many ways the values of an input move."""
    return len(_IDS if isinstance(spec.domain, TokenIds) else _NUMBERS)


def moved(spec: TensorSpec, array: Array, way: int, seed: int) -> Array:
    """The array, moved in one of the ways from 1 up; 0 leaves it as it is."""
    if way == 0:
        return array
    random = np.random.default_rng(seed)
    if isinstance(spec.domain, TokenIds):
        return _ids(random, _IDS[way - 1], spec.domain, array)
    low, high = _range(spec, array)
    made = _NUMBERS[way - 1](random, array.astype(np.float64), low, high)
    if array.dtype.kind in "iu":
        made = np.rint(made)
    return np.clip(made, low, high).astype(array.dtype)


def _ids(random: np.random.Generator, move: Move, domain: TokenIds, array: Array) -> Array:
    made = move(random, array.astype(np.float64), domain.lowest, domain.vocabulary)
    # Neither may padding come nor go.
    if domain.pad is None:
        return made.astype(array.dtype)
    made = np.where(made == domain.pad, _simplest(domain), made)
    return np.where(array == domain.pad, array, made).astype(array.dtype)


def _simplest(domain: TokenIds) -> int:
    """The id nearest to 0 that isn't padding, where there is another."""
    first = max(0, domain.lowest)
    return first + 1 if domain.pad == first and first + 1 < domain.vocabulary else first


def _range(spec: TensorSpec, array: Array) -> tuple[float, float]:
    """What is said or inferred, and what the feed itself reaches."""
    finite = array[np.isfinite(array.astype(np.float64))].astype(np.float64)
    found = [(float(finite.min()), float(finite.max()))] if finite.size else []
    try:
        rule = values.of(spec)
    except InputError:
        # Nobody knows what it takes; the feed shows some of it.
        pass
    else:
        found.append((rule.low, rule.high))
    return min((f[0] for f in found), default=0.0), max((f[1] for f in found), default=0.0)


def _scaled(random: np.random.Generator, array: Floats, low: float, high: float) -> Floats:
    middle = min(max(0.0, low), high)
    factor = float(random.choice([0.1, 0.5, 0.9, 1.1, 2.0, -1.0]))
    return middle + (array - middle) * factor


def _shifted(random: np.random.Generator, array: Floats, low: float, high: float) -> Floats:
    return array + random.uniform(-0.5, 0.5) * (high - low)


def _noisy(random: np.random.Generator, array: Floats, low: float, high: float) -> Floats:
    strength = float(random.choice([0.01, 0.05, 0.2]))
    return array + random.normal(scale=strength * (high - low), size=array.shape)


def _holed(random: np.random.Generator, array: Floats, low: float, high: float) -> Floats:
    made = array.copy()
    for _ in range(int(random.integers(1, 5))):
        box = []
        for size in array.shape[1:]:
            start = int(random.integers(0, size))
            box.append(slice(start, start + int(random.integers(1, size // 2 + 2))))
        made[(slice(None), *box)] = min(max(0.0, low), high)
    return made


def _turned(random: np.random.Generator, array: Floats, low: float, high: float) -> Floats:
    axis = int(random.integers(min(1, array.ndim - 1), array.ndim))
    if random.random() < 0.5:
        return np.flip(array, axis)
    return np.roll(array, int(random.integers(0, array.shape[axis])), axis)


def _replaced(random: np.random.Generator, array: Floats, low: float, high: float) -> Floats:
    others = random.integers(int(low), int(high), size=array.shape)
    return np.where(random.random(array.shape) < 0.1, others, array)


_NUMBERS: tuple[Move, ...] = (_scaled, _shifted, _noisy, _holed, _turned)
_IDS: tuple[Move, ...] = (_replaced, _turned)
