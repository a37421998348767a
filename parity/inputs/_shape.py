"""Symbols of a shape to sizes."""

from collections.abc import Mapping

from parity.errors import InputError
from parity.inputs import _extents
from parity.inputs._source import Source
from parity.model.spec import Image, Shape, TensorSpec

_SIZES = (1, 2, 3, 5, 8)
_SIDES = (32, 48, 64, 96)  # what convolutional models with strides up to 32 take; seen in PP-OCR


def resolve(
    source: Source, spec: TensorSpec, batch: int, known: Mapping[int | str, int]
) -> tuple[int, ...]:
    """The sizes of an input's axes.

    batch: what a symbol on the first axis stands for.
    known: sizes of symbols that other inputs have settled; others are drawn.

    Raises InputError for a size below 1.
    """
    sizes = []
    for axis, size in enumerate(spec.shape):
        if isinstance(size, int):
            if size < 1:
                raise InputError(f"{spec.name}: axis {axis} is {size}; a symbol stands for any")
            sizes.append(size)
        elif size in known:
            sizes.append(known[size])
        elif axis == 0:
            sizes.append(batch)
        else:
            choices = _choices(spec, axis)
            sizes.append(choices[source.integer(0, len(choices) - 1, f"size {size}")])
    return tuple(sizes)


def fixed_batch(shapes: Mapping[str, Shape]) -> int | None:
    """The first axis where it is a number. Raises InputError where inputs disagree."""
    fixed = {name: s[0] for name, s in shapes.items() if s and isinstance(s[0], int)}
    if len(set(fixed.values()) - {1}) > 1:
        said = ", ".join(f"{name} {size}" for name, size in fixed.items())
        raise InputError(f"the inputs disagree on the batch: {said}")
    return max(fixed.values(), default=None)


def _choices(spec: TensorSpec, axis: int) -> tuple[int, ...]:
    if isinstance(spec.domain, Image):
        channels = len(spec.shape) - (3 if spec.domain.layout == "NCHW" else 1)
        if axis == channels:
            return (spec.domain.channels,)
        return _extents.allowed(spec, axis, _SIDES)
    return _extents.allowed(spec, axis, _SIZES)
