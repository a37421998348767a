"""The open axes of a model's inputs, and which sizes are worth feeding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from parity.errors import InputError
from parity.model.spec import Extent, Image, TensorSpec, extents, unbatched

BATCH = "batch"

SIDES = (
    *(32, 33, 47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 160, 191, 192, 224, 225),
    *(256, 299, 320, 321, 384, 448, 480, 512, 640),
)
"""Of pictures: what PP-OCR (48, 320), classifiers (224, 299) and detectors (320, 640) are used at;
powers of two with their neighbours, since odd rests are where strides and kernels break."""

LENGTHS = (
    *(1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 20, 31, 32, 33, 48, 63, 64, 65, 100, 127, 128, 129, 150),
    *(192, 200, 255, 256, 257, 300, 384, 400, 448, 511, 512, 513, 1000, 1024, 1500, 2048),
)
"""Of sequences of numbers: the boundaries of ids, and lengths between them."""

STRIDED = 8
"""From this stride on an axis is one of samples, of which a model counts many as one step."""

_STEPS = (16, 50, 101, 257, 512)  # of such a model: what is wrong behind some of them
_MOST_SAMPLES = 48_000  # three seconds at 16 kHz

SAMPLES = (640, 800, 1600, 2400, 4000, 4001, 8000, 16000)
"""Of sequences that begin only where the others end: waveforms at 8 and 16 kHz."""


@dataclass(frozen=True)
class Opened:
    """One symbol: the axes that it stands for, and the sizes wanted of it, ascending.

    kind: "batch", "side" of a picture, or "length".
    cache: whether it may be empty: what an earlier step left, and the first step has none.
    state: whether it stands in the place where recurrent states have the batch.
    places: (input, axis) of each axis.
    """

    symbol: str
    kind: str
    places: tuple[tuple[str, int], ...]
    wanted: tuple[int, ...]
    cache: bool = False
    state: bool = False

    def __str__(self) -> str:
        return ", ".join(f"axis {axis} of {name}" for name, axis in self.places)


def opened(
    specs: Sequence[TensorSpec],
    *,
    max_batch: int,
    max_length: int,
    stride: Mapping[str, int] | None = None,
) -> tuple[Opened, ...]:
    """All symbols of these inputs, the batch first.

    stride: by symbol how many entries of a length its model makes one step of.
    """
    places: dict[str, list[tuple[TensorSpec, int]]] = {}
    for spec in specs:
        for axis, size in enumerate(spec.shape):
            if isinstance(size, str):
                places.setdefault(size, []).append((spec, axis))
    batches = {s.shape[0] for s in specs if s.shape and isinstance(s.shape[0], str)}
    batches -= unbatched(specs)
    said = extents(specs)
    made = [
        _said(
            _longer(
                _opened(symbol, at, symbol in batches, max_batch, max_length),
                (stride or {}).get(symbol, 1),
            ),
            said.get(symbol),
        )
        for symbol, at in places.items()
    ]
    return tuple(sorted(made, key=lambda o: o.kind != "batch"))


def _longer(axis: Opened, stride: int) -> Opened:
    """The axis with sizes of as many steps as other sequences have entries."""
    if axis.kind != "length" or stride < STRIDED:
        return axis
    more = [n for n in (stride * step for step in _STEPS) if axis.wanted[-1] < n <= _MOST_SAMPLES]
    return replace(axis, wanted=(*axis.wanted, *more))


def _said(axis: Opened, rule: Extent | None) -> Opened:
    """The axis with the sizes that somebody said of it, if anybody did."""
    if rule is None:
        return axis
    # A bound that somebody states is where things break; far ones cost more than they show.
    ends = [n for n in (rule.low, rule.high) if n is not None and n <= SIDES[-1]]
    wanted = rule.sizes([*axis.wanted, *ends])
    if not wanted:
        raise InputError(f"{axis.places[0][0]}: no size is allowed for {axis.symbol}")
    return replace(axis, wanted=wanted, cache=axis.cache and rule.allows(0))


def elements(specs: Sequence[TensorSpec], sizes: Mapping[str, int]) -> int:
    """Elements of a feed with these sizes; a symbol that isn't there counts as 1."""
    return sum(
        prod(sizes.get(size, 1) if isinstance(size, str) else size for size in spec.shape)
        for spec in specs
    )


def _opened(
    symbol: str,
    at: list[tuple[TensorSpec, int]],
    first: bool,
    max_batch: int,
    max_length: int,
) -> Opened:
    where = tuple((spec.name, axis) for spec, axis in at)
    # The first axis of a vector that stands alone is its length: a waveform, a text to speak.
    if first and (len(at) > 1 or len(at[0][0].shape) > 1):
        return Opened(symbol, "batch", where, tuple(range(1, max_batch + 1)))
    if any(isinstance(s.domain, Image) and axis not in (0, s.domain.axis) for s, axis in at):
        return Opened(symbol, "side", where, SIDES)
    wanted = tuple(sorted({*(n for n in LENGTHS if n < max_length), max_length}))
    return Opened(
        symbol,
        "length",
        where,
        wanted,
        cache=any("past" in s.name.lower() or "cache" in s.name.lower() for s, _ in at),
        state=any(axis == 1 and isinstance(s.shape[0], int) and len(s.shape) > 2 for s, axis in at),
    )
