"""A first size that the reference takes."""

from collections.abc import Iterator, Sequence

import numpy as np

from parity.inputs.sizes.asking import Asking
from parity.inputs.sizes.opened import Opened

# (side, length), the likeliest first: strides of 32, small vectors, then what models are fixed to.
_PAIRS = (
    (64, 16), (64, 1), (224, 64), (32, 128), (320, 7), (640, 512), (48, 100), (28, 40),
    (299, 1024), (96, 80), (256, 256), (512, 4096), (384, 200), (128, 16000), (480, 3), (160, 10),
    (112, 1500), (448, 3000), *((64, length) for length in range(33, 40)),
)  # fmt: skip

_RANDOM = 16


def first(axes: Sequence[Opened], asking: Asking, fixed: Sequence[int]) -> dict[str, int] | None:
    """Sizes of all symbols that the reference takes; None if none of those tried are.

    fixed: sizes of the axes that the model fixes; an open one is often as large.
    """
    return next((sizes for sizes in _candidates(axes, fixed) if asking.takes(sizes)), None)


def _candidates(axes: Sequence[Opened], fixed: Sequence[int]) -> Iterator[dict[str, int]]:
    most = max((a.wanted[-1] for a in axes if a.kind == "batch"), default=1)
    batches = sorted({1, min(2, most)}, reverse=True)
    pairs = [*_PAIRS, *((size, size) for size in dict.fromkeys(fixed))]
    for side, length in pairs:
        for batch in batches:
            yield from _like(axes, batch, side, length)
    for size in dict.fromkeys(fixed):
        yield from _like(axes, size, *_PAIRS[0])
    for symbol in (a.symbol for a in axes if a.kind == "length"):
        for batch in batches:
            # A mask over what was and what comes is one longer than what was.
            yield {**_sizes(axes, batch, 64, 16, states=True), symbol: 17}
    random = np.random.default_rng(0)
    for _ in range(_RANDOM):
        yield {a.symbol: int(random.choice(a.wanted)) for a in axes}


def _like(axes: Sequence[Opened], batch: int, side: int, length: int) -> Iterator[dict[str, int]]:
    yield _sizes(axes, batch, side, length, states=True)
    if any(a.state for a in axes):
        yield _sizes(axes, batch, side, length, states=False)
    if any(a.cache for a in axes):
        yield {
            **_sizes(axes, batch, side, length, states=True),
            **{a.symbol: 0 for a in axes if a.cache},
        }


def _sizes(
    axes: Sequence[Opened], batch: int, side: int, length: int, *, states: bool
) -> dict[str, int]:
    """states: whether the axes where states have their batch are as large as the batch."""
    by_kind = {"batch": batch, "side": side, "length": length}
    return {a.symbol: batch if states and a.state else by_kind[a.kind] for a in axes}
