"""What is near a feed: cut to fewer rows and smaller sizes, flat but for a box, and moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from parity.inputs.feeds.decide import Axis, Decision, Questions, Reach
from parity.inputs.feeds.values import changeable, flat, moved, ways
from parity.model.spec import (
    AttentionMask,
    Extent,
    Image,
    Indices,
    Lengths,
    PositionIds,
    SegmentIds,
    TensorSpec,
    TokenIds,
    extents,
)
from parity.model.tensors import Array, Feed

ROWS = "rows"

_STRIDE = 32  # sides of pictures of which nobody says what they may be, as the other plans draw


@dataclass(frozen=True)
class Change:
    """Changes of one feed."""

    specs: tuple[TensorSpec, ...]
    feed: Feed

    @cached_property
    def questions(self) -> Questions:
        """What can be decided, in the order of the inputs."""
        mine = [spec for spec in self.specs if changeable(spec)]
        return Questions(
            tuple(
                Axis(f"cut {name}", size, name not in self._prefixes)
                for name, size in self._sizes.items()
            ),
            {
                spec.name: tuple(
                    Axis(f"{spec.name} axis {axis}", size)
                    for axis, size in enumerate(self.feed[spec.name].shape)
                    if axis
                )
                for spec in mine
            },
            {spec.name: ways(spec) for spec in mine},
        )

    def of(self, decision: Decision) -> Feed:
        """The feed with the change that was decided."""
        cuts = {
            name: self._cut(name, part)
            for name, part in zip(self._sizes, decision.cuts, strict=True)
        }
        made: dict[str, Array] = {}
        for spec in self.specs:
            array = self.feed[spec.name]
            if spec.name in decision.boxes:
                array = self._changed(spec, array, decision)
            made[spec.name] = self._cropped(spec, array, cuts)
        for spec in self.specs:
            self._agree(spec, made, cuts)
        return made

    @cached_property
    def _named(self) -> Mapping[tuple[str, int], str]:
        """What each open axis is called; the first ones are all rows, if they agree."""
        sizes = {
            self.feed[s.name].shape[0]
            for s in self.specs
            if s.shape and isinstance(s.shape[0], str)
        }
        rows = {s.shape[0] for s in self.specs if s.shape and len(sizes) == 1}
        return {
            (s.name, axis): ROWS if symbol in rows else symbol
            for s in self.specs
            for axis, symbol in enumerate(s.shape)
            if isinstance(symbol, str)
        }

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        """The sizes of what can be cut, each once; what is indexed stays as it is."""
        indexed = {
            self._named.get((spec.domain.of, spec.domain.axis))
            for spec in self.specs
            if isinstance(spec.domain, Indices)
        }
        return {
            name: self.feed[of].shape[axis]
            for (of, axis), name in self._named.items()
            if name not in indexed
        }

    @cached_property
    def _rules(self) -> Mapping[str, Extent]:
        """What is said of the sizes; of sides of pictures, that they are multiples of 32."""
        rules = extents(self.specs)
        found: dict[str, Extent] = {}
        for spec in self.specs:
            for axis, symbol in enumerate(spec.shape):
                if isinstance(symbol, str):
                    usual = _STRIDE if isinstance(spec.domain, Image) and axis else 1
                    rule = rules.get(symbol, Extent(symbol, usual))
                    known = found.setdefault(self._named[spec.name, axis], rule)
                    if rule.multiple > known.multiple:
                        found[self._named[spec.name, axis]] = rule
        return found

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        """What is cut at its end only: what masks, lengths and positions count from its start."""
        counted = AttentionMask | TokenIds | SegmentIds | PositionIds
        found = {
            name
            for spec in self.specs
            if isinstance(spec.domain, counted)
            for (of, _), name in self._named.items()
            if of == spec.name
        }
        for spec in self.specs:
            if isinstance(spec.domain, Lengths):
                found.add(self._named.get((spec.domain.of, spec.domain.axis), ""))
        return frozenset(found - {ROWS})

    def _cut(self, name: str, part: Reach) -> slice:
        """Which places of a symbol are kept: at least one, and as many as its rule allows."""
        wanted = max(1, part.stop - part.start)
        allowed = (n for n in range(wanted, part.size + 1) if self._rules[name].allows(n))
        kept = next(allowed, part.size)
        start = min(max(0, part.start), part.size - kept)
        return slice(start, start + kept)

    def _changed(self, spec: TensorSpec, array: Array, decision: Decision) -> Array:
        turn, amount = decision.moves[spec.name]
        new = moved(spec, array, turn, amount)
        box = decision.boxes[spec.name]
        if all(part.all for part in box):
            return new
        made = flat(spec, array)
        inside = (slice(None), *(slice(part.start, max(part.start, part.stop)) for part in box))
        made[inside] = new[inside]
        return made

    def _cropped(self, spec: TensorSpec, array: Array, cuts: Mapping[str, slice]) -> Array:
        kept = tuple(
            cuts.get(self._named.get((spec.name, axis), ""), slice(None))
            for axis in range(array.ndim)
        )
        return np.array(array[kept], order="C")

    def _agree(self, spec: TensorSpec, made: dict[str, Array], cuts: Mapping[str, slice]) -> None:
        """Lengths that reach no further than what is left, and a mask with something in it."""
        array = made[spec.name]
        if isinstance(spec.domain, Lengths):
            part = cuts.get(self._named.get((spec.domain.of, spec.domain.axis), ""))
            if part is not None:
                made[spec.name] = np.minimum(array, np.array(part.stop - part.start, array.dtype))
        elif isinstance(spec.domain, AttentionMask) and array.ndim > 1:
            # A softmax over nothing is no number, in healthy models too.
            before = self.feed[spec.name].reshape(len(self.feed[spec.name]), -1).any(axis=1)
            left = array.reshape(len(array), -1)
            if before.all():
                left[~left.any(axis=1), 0] = 1
                made[spec.name] = left.reshape(array.shape)
