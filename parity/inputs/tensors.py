"""Floats, pictures and other tensors, for models that take no token ids."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.errors import InputError
from parity.inputs._limits import Limits
from parity.inputs._plan import Example, Script, ScriptedPlan
from parity.inputs._source import CAPACITY, Source
from parity.inputs.boundary import points, tensors
from parity.inputs.numbers import shape as _shape
from parity.inputs.numbers import values as _values
from parity.inputs.tokenizers import Tokenizer
from parity.model.spec import AttentionMask, Lengths, PositionIds, TensorSpec
from parity.model.tensors import Array


def plan(
    specs: Sequence[TensorSpec], *, limits: Limits, tokenizer: Tokenizer | None, seed: int
) -> ScriptedPlan:
    """Numbers for every input. Raises InputError for one whose values are unknown."""
    del tokenizer  # there is no text to read
    by_name = {s.name: s for s in specs}
    for spec in specs:
        if isinstance(spec.domain, Lengths | AttentionMask):
            if spec.domain.of not in by_name:
                raise InputError(f'{spec.name}: goes with "{spec.domain.of}", which is no input')
        elif not isinstance(spec.domain, PositionIds):
            _values.of(spec)
    maker = Maker(tuple(specs), limits)
    return ScriptedPlan(
        name="tensors",
        summary=f"tensors: {_summary(maker)}",
        make=maker.make,
        scripts=lambda: [
            *tensors.scripts(maker.sized, maker.free, limits, seed),
            *_pointed(maker),
        ],
    )


@dataclass(frozen=True)
class Maker:
    """Builds examples for inputs that hold no token ids."""

    specs: tuple[TensorSpec, ...]
    limits: Limits

    @property
    def free(self) -> list[TensorSpec]:
        """The inputs that are filled with values."""
        roles = Lengths | AttentionMask | PositionIds
        return [s for s in self.specs if not isinstance(s.domain, roles)]

    @property
    def sized(self) -> list[TensorSpec]:
        """The inputs whose sizes are drawn; the others take theirs."""
        return [s for s in self.specs if not isinstance(s.domain, Lengths | AttentionMask)]

    def make(self, source: Source, label: str) -> Example:
        sizes = _shape.draw(source, self.sized, self.limits, {})
        share = CAPACITY // max(1, len(self.free))
        feed: dict[str, Array] = {
            spec.name: _values.draw(
                source,
                spec,
                _shape.shape(spec, sizes),
                capacity=share,
                below=_shape.below(spec, self.specs, sizes),
            )
            for spec in self.free
        }
        lengths = self._lengths(source, feed)
        for spec in self.specs:
            if isinstance(spec.domain, Lengths | AttentionMask):
                feed[spec.name] = _marks(spec, feed[spec.domain.of], lengths[spec.domain.of])
            elif isinstance(spec.domain, PositionIds):
                shape = _shape.shape(spec, sizes)
                feed[spec.name] = _positions(spec, spec.domain.bound, shape)
        valid = next(iter(lengths.values()), None)
        if valid is None:
            return Example(feed, label, source.choices)
        # One row is full, so its length is the width.
        return Example(
            feed,
            label,
            source.choices,
            lengths=tuple(map(int, valid)),
            width=int(valid.max()),
        )

    def _lengths(self, source: Source, feed: dict[str, Array]) -> dict[str, NDArray[np.int64]]:
        """Valid entries of each row of the inputs that have lengths; the rest is zeroed."""
        found: dict[str, NDArray[np.int64]] = {}
        for spec in self.specs:
            if not isinstance(spec.domain, Lengths | AttentionMask) or spec.domain.of in found:
                continue
            axis = spec.domain.axis if isinstance(spec.domain, Lengths) else 1
            values = feed.get(spec.domain.of)
            if values is None or values.ndim <= axis:
                raise InputError(f"{spec.name}: {spec.domain.of} has no axis {axis} to count along")
            size = values.shape[axis]
            drawn = [source.integer(1, size, f"{spec.name} length") for _ in values]
            drawn[0] = size  # as padded batches are: one row is full
            found[spec.domain.of] = np.array(drawn, dtype=np.int64)
            for row, length in zip(values, drawn, strict=True):
                np.moveaxis(row, axis - 1, 0)[length:] = 0
        return found


def _marks(spec: TensorSpec, of: Array, lengths: NDArray[np.int64]) -> Array:
    if isinstance(spec.domain, Lengths):
        if len(spec.shape) not in (1, 2):
            raise InputError(f"{spec.name}: its shape is {spec.shape}; expected (batch)")
        return lengths.reshape((-1,) + (1,) * (len(spec.shape) - 1)).astype(spec.dtype)
    if len(spec.shape) != 2:
        raise InputError(f"{spec.name}: its shape is {spec.shape}; expected (batch, length)")
    return (np.arange(of.shape[1]) < lengths[:, None]).astype(spec.dtype)


def _positions(spec: TensorSpec, bound: int, shape: tuple[int, ...]) -> Array:
    length = shape[-1] if shape else 1
    if length > bound:
        raise InputError(f"{spec.name}: {length} positions, but only {bound} are allowed")
    return np.broadcast_to(np.arange(length), shape).astype(spec.dtype)


def _pointed(maker: Maker) -> list[Script]:
    """Each whole number that the graph names, or that the two models may treat otherwise."""
    return [Script(label, answers, cost=1) for label, answers in points.answers(maker.free, 1)]


def _summary(maker: Maker) -> str:
    options = _shape.options(maker.sized, maker.limits)
    ranges = {
        symbol: f"{symbol} {sized[0]}" + (f"-{sized[-1]}" if sized[-1] > sized[0] else "")
        for symbol, sized in options.items()
    }
    if maker.limits.sizes.together:
        ranges = {"": f"{len(maker.limits.sizes.together)} combinations of sizes"}
    shapes = (f"{s.name} {s.dtype} [{', '.join(map(str, s.shape))}]" for s in maker.specs)
    return ", ".join([*shapes, *ranges.values()])
