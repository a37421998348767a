"""Floats, pictures and other tensors, for models that take no token ids."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.errors import InputError
from parity.inputs import _extents, _points, _values
from parity.inputs._limits import Limits
from parity.inputs._plan import Example, Script, ScriptedPlan
from parity.inputs._shape import fixed_batch, resolve
from parity.inputs._source import CAPACITY, Choice, Source
from parity.inputs._tokenizer import Tokenizer
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
    # Positions may be one row that all share.
    batched = [s for s in specs if not isinstance(s.domain, PositionIds)]
    rows = fixed_batch({s.name: s.shape for s in batched})
    maker = Maker(tuple(specs), rows, limits)
    batch = str(rows) if rows else f"{maker.batches[0]}-{maker.batches[-1]}"
    shapes = ", ".join(f"{s.name} {s.dtype} {list(s.shape)}" for s in specs)
    return ScriptedPlan(
        name="tensors",
        summary=f"tensors: batch {batch}, {shapes}",
        make=maker.make,
        scripts=lambda: [*_scripts(maker, seed), *_pointed(maker)],
    )


@dataclass(frozen=True)
class Maker:
    """Builds examples for inputs that hold no token ids."""

    specs: tuple[TensorSpec, ...]
    rows: int | None
    limits: Limits

    @property
    def batches(self) -> tuple[int, ...]:
        """The numbers of rows that are fed, where the model leaves them open."""
        return _extents.batches(self.specs, self.limits.max_batch)

    @property
    def free(self) -> list[TensorSpec]:
        """The inputs that are filled with values."""
        roles = Lengths | AttentionMask | PositionIds
        return [s for s in self.specs if not isinstance(s.domain, roles)]

    def make(self, source: Source, label: str) -> Example:
        batch = self.rows or self._batch(source)
        known: dict[int | str, int] = {}
        feed: dict[str, Array] = {}
        share = CAPACITY // max(1, len(self.free))
        for spec in self.free:
            shape = resolve(source, spec, batch, known)
            known |= dict(zip(spec.shape, shape, strict=True))
            feed[spec.name] = _values.draw(source, spec, shape, capacity=share)
        lengths = self._lengths(source, feed)
        for spec in self.specs:
            if isinstance(spec.domain, Lengths | AttentionMask):
                feed[spec.name] = _marks(spec, feed[spec.domain.of], lengths[spec.domain.of])
            elif isinstance(spec.domain, PositionIds):
                shape = resolve(source, spec, batch, known)
                feed[spec.name] = _positions(spec, spec.domain.bound, shape)
        valid = next(iter(lengths.values()), None)
        return Example(
            feed, label, source.choices, lengths=None if valid is None else tuple(map(int, valid))
        )

    def _batch(self, source: Source) -> int:
        drawn = source.integer(self.batches[0], self.batches[-1], "batch")
        return max(size for size in self.batches if size <= drawn)

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


def _scripts(maker: Maker, seed: int) -> list[Script]:
    """Each way to fill the inputs, for one row and for several."""
    made = []
    batches = maker.batches
    several = min(2, len(batches) - 1)
    for index, mode in enumerate(_values.MODES):
        if mode == "elements":
            continue
        for turn in [0] if maker.rows is not None or several == 0 else [0, several]:
            batch = batches[turn]
            answers: dict[str, Sequence[Choice]] = {s.name + " mode": [index] for s in maker.free}
            if mode in ("noise", "bumps"):
                answers |= {s.name + " seed": [(seed + batch) % 256] for s in maker.free}
            if maker.rows is None and len(batches) > 1:
                answers["batch"] = [batch]
            rows = maker.rows or batch
            made.append(Script(f"{mode}, batch {rows}", answers, cost=rows))
    return made


def _pointed(maker: Maker) -> list[Script]:
    """Each whole number that the graph names, or that the two models may treat otherwise."""
    made = _points.answers(maker.free, maker.rows or 1)
    return [Script(label, answers, cost=maker.rows or 1) for label, answers in made]
