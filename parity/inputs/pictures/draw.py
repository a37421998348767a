"""Draw a batch of pictures."""

import numpy as np
from numpy.typing import NDArray

from parity.inputs._source import Source
from parity.inputs.pictures.contents import CONTENTS, Picture, Shape, grained
from parity.inputs.pictures.norms import norms
from parity.model.spec import Image, TensorSpec
from parity.model.tensors import Array

FLAT, PATCH = "flat", "patch"

KINDS = (
    FLAT, PATCH, "gradient", "bars", "shapes", "shapes", "strokes", "strokes", "strokes",
    "strokes", "photo", "photo", "photo", "photo", "noise",
)  # fmt: skip
"""What is drawn, the simplest first; the natural ones several times, so that they are likelier."""

_GRID = 8
_LEVELS = (16, 1, 64, 255)
SEEDS = _GRID * _GRID * _GRID * len(_LEVELS)
"""A patch lies on one of 8 x 8 fields, 1 to 8 fields large, at one of four levels."""


def draw(source: Source, spec: TensorSpec, domain: Image, shape: tuple[int, ...]) -> Array:
    """Pictures of this shape, in the dtype that the spec says; each row another one.

    Questions: "<name> picture" (an index of KINDS), "<name> norm", "<name> seed": of what is drawn
    at random, or where a patch lies. Each kind asks the same, so that a picture of one kind shrinks
    to one of another.
    """
    name = spec.name
    kind = KINDS[source.integer(0, len(KINDS) - 1, f"{name} picture")]
    usual = norms(domain)
    norm = usual[source.integer(0, len(usual) - 1, f"{name} norm")]
    rows = shape[0]
    last = domain.axis % len(shape) == len(shape) - 1
    size = shape[1:] if last else (shape[2], shape[3], shape[1])
    height, width, channels = size
    seed = source.integer(0, SEEDS - 1, f"{name} seed")
    if kind in (FLAT, PATCH):
        plain = (
            _flat(seed, (height, width, channels))
            if kind == FLAT
            else _patch(seed, (height, width, channels))
        )
        made = np.stack(
            [grained(np.random.default_rng(row), plain.astype(np.float64)) for row in range(rows)]
        )
    else:
        made = _random(kind, seed, rows, (height, width, channels))
    values = norm.of(made).astype(np.float64)
    if seed % 2 and kind not in (FLAT, PATCH):
        # As after a resize: levels between the whole ones.
        between = np.random.default_rng(seed).uniform(-0.5, 0.5, values.shape)
        values += between * norm.step(channels)
    values = np.clip(values, domain.low, domain.high)
    if np.issubdtype(np.dtype(spec.dtype), np.integer):
        values = np.rint(values)
    if not last:
        values = np.moveaxis(values, -1, 1)
    return np.ascontiguousarray(values.astype(spec.dtype))


def _random(kind: str, seed: int, rows: int, size: Shape) -> NDArray[np.uint8]:
    made = [CONTENTS[kind](np.random.default_rng((seed, row)), size) for row in range(rows)]
    return np.stack(made)


def _flat(seed: int, size: Shape) -> Picture:
    return np.full(size, (0, 255, 128)[seed % 3], dtype=np.uint8)


def _patch(seed: int, size: Shape) -> Picture:
    """Black, with one rectangle of another brightness: what a difference may shrink to."""
    height, width, _ = size
    picture = np.zeros(size, dtype=np.uint8)
    rest, where = divmod(seed, _GRID * _GRID)
    level, side = divmod(rest, _GRID)
    y, x = where // _GRID, where % _GRID
    picture[
        y * height // _GRID : max(1, (y + side + 1) * height // _GRID),
        x * width // _GRID : max(1, (x + side + 1) * width // _GRID),
    ] = _LEVELS[level]
    return picture
