"""Feeds for a net: few, small, and such as tell the variants of its operator apart."""

import hashlib
from collections.abc import Callable, Mapping

import numpy as np

from parity.model.tensors import Array, Feed
from parity.zoo.ops._net import Net
from parity.zoo.ops._takes import Takes

COUNT = 5
"""Feeds a net; each of another size and of other values."""

_SIZES: Mapping[str, tuple[int, ...]] = {
    "N": (2, 1, 3, 2, 4),
    "S": (5, 1, 7, 2, 6),
    "T": (4, 6, 3, 5, 7),
    "L": (9, 12, 16, 10, 13),
    "H": (7, 8, 9, 12, 6),
    "W": (6, 9, 11, 8, 7),
}
"""What a letter stands for, feed by feed: odd, even, one, what doesn't divide."""

_Maker = Callable[[np.random.Generator, tuple[int, ...], int], Array]


def feeds(net: Net, seed: int = 0) -> list[Feed]:
    """The feeds of a net; the same for the same seed."""
    return [_feed(net, at, seed) for at in range(COUNT)]


def sizes(at: int) -> dict[str, int]:
    """What each letter stands for in a feed."""
    return {letter: each[at] for letter, each in _SIZES.items()}


def _feed(net: Net, at: int, seed: int) -> Feed:
    digest = hashlib.sha256(f"{seed} {at} {net.name}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    return {name: _array(wanted, rng, at) for name, wanted in net.inputs}


def _array(wanted: Takes, rng: np.random.Generator, at: int) -> Array:
    size = sizes(at)
    shape = tuple(size[axis] if isinstance(axis, str) else axis for axis in wanted.shape)
    numbers = [size[n] if isinstance(n, str) else n for n in wanted.numbers]
    if wanted.kind == "upto":
        most = int(numbers[0])
        made = rng.integers(1, most + 1, shape)
        made.flat[:1] = most  # somebody is as long as all may be
        return made.astype(wanted.dtype)
    if wanted.kind in ("below", "from"):
        low, high = (0, numbers[0]) if wanted.kind == "below" else numbers
        if wanted.dtype.startswith("float"):
            return np.asarray(low + (high - low) * rng.random(shape)).astype(wanted.dtype)
        return rng.integers(int(low), int(high), shape).astype(wanted.dtype)
    if wanted.dtype == "bool":
        return rng.random(shape) < (0.5, 0.9, 0.1, 0.5, 0.0)[at]
    made = np.asarray(_MAKERS[wanted.kind](rng, shape, at))
    if wanted.dtype.startswith(("int", "uint")):
        made = np.round(made * 3)
        made = np.abs(made) if wanted.dtype.startswith("uint") else made
    return made.astype(wanted.dtype)


def _free(rng: np.random.Generator, shape: tuple[int, ...], at: int) -> Array:
    """Usual ones; halves and quarters; large ones; equal ones; a walk through the range."""
    drawn = rng.standard_normal(shape)
    if at == 1:
        return np.asarray(np.round(drawn * 4) / 4 + rng.choice([0.0, 0.5, -0.5], shape))
    if at == 2:
        return np.asarray(20 * drawn)
    if at == 3:
        return np.asarray(np.round(drawn))
    if at == 4:
        count = int(np.prod(shape, dtype=np.int64))
        return rng.permutation(np.linspace(-6.0, 6.0, max(count, 2)))[:count].reshape(shape)
    return np.asarray(1.5 * drawn)


def _positive(rng: np.random.Generator, shape: tuple[int, ...], at: int) -> Array:
    return np.asarray(np.abs(_free(rng, shape, at)) + 0.05)


def _unit(rng: np.random.Generator, shape: tuple[int, ...], at: int) -> Array:
    return np.asarray(rng.random(shape))


def _inner(rng: np.random.Generator, shape: tuple[int, ...], at: int) -> Array:
    return np.asarray(1.9 * rng.random(shape) - 0.95)


def _nonzero(rng: np.random.Generator, shape: tuple[int, ...], at: int) -> Array:
    made = _free(rng, shape, at)
    return np.asarray(np.where(np.abs(made) < 0.4, 0.4 + np.abs(made), made))


def _distinct(rng: np.random.Generator, shape: tuple[int, ...], at: int) -> Array:
    count = int(np.prod(shape, dtype=np.int64))
    steps = rng.permutation(count) - count // 2
    return np.asarray(steps * (0.37, 1.0, 11.0, 0.5, 0.25)[at]).reshape(shape)


def _special(rng: np.random.Generator, shape: tuple[int, ...], at: int) -> Array:
    made = np.array(_free(rng, shape, at))
    odd = rng.choice([np.nan, np.inf, -np.inf], shape)
    return np.asarray(np.where(rng.random(shape) < 0.3, odd, made))


def _small(rng: np.random.Generator, shape: tuple[int, ...], at: int) -> Array:
    return np.asarray(np.clip(np.multiply(_free(rng, shape, at), 0.1 if at == 2 else 1.0), -2, 2))


def _boxes(rng: np.random.Generator, shape: tuple[int, ...], at: int) -> Array:
    corner = 6 * rng.random((*shape[:-1], 2))
    return np.concatenate([corner, corner + 0.5 + 4 * rng.random(corner.shape)], axis=-1)


_MAKERS: Mapping[str, _Maker] = {
    "free": _free, "positive": _positive, "unit": _unit, "inner": _inner, "nonzero": _nonzero,
    "distinct": _distinct, "special": _special, "small": _small, "boxes": _boxes,
}  # fmt: skip
