"""What is near a feed: cut to fewer rows and smaller sizes, flat but for a box, and moved.

Each question is one choice of Hypothesis, asked in the same order with the same bounds whatever
the answers, so that one can shrink without the others changing their meaning. A part of an axis
is two of them, how far it reaches from its beginning and how far from its end: each alone may
shrink for as long as the part still holds what makes the feed fail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from parity.inputs._source import Choice, Source
from parity.inputs.feeds.values import changeable, changed, flat
from parity.model.spec import (
    AttentionMask,
    Extent,
    Image,
    Lengths,
    PositionIds,
    SegmentIds,
    TensorSpec,
    TokenIds,
    extents,
)
from parity.model.tensors import Array, Feed

ROWS = "rows"
_WHOLE = 8
"""One in so many draws cuts an axis: most of what fails does so on much of a feed."""

_STRIDE = 32  # sides of pictures of which nobody says what they may be, as the other plans draw


@dataclass(frozen=True)
class Part:
    """The places [start, stop) of an axis."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        return max(0, self.stop - self.start)


@dataclass(frozen=True)
class Change:
    """Changes of one feed."""

    specs: tuple[TensorSpec, ...]
    feed: Feed

    def draw(self, source: Source) -> Feed:
        """The feed with the change that the source decides."""
        cuts = {name: self._cut(source, name, size) for name, size in self._sizes.items()}
        made: dict[str, Array] = {}
        for spec in self.specs:
            array = self.feed[spec.name]
            if changeable(spec):
                array = self._changed(source, spec, array)
            made[spec.name] = self._cropped(spec, array, cuts)
        for spec in self.specs:
            self._agree(spec, made, cuts)
        return made

    def unchanged(self) -> dict[str, Sequence[Choice]]:
        """The answers that leave the feed as it is."""
        answers: dict[str, Sequence[Choice]] = {}
        for name, size in self._sizes.items():
            answers |= _all_of(f"cut {name}", size, ends=name not in self._prefixes)
        for spec in self.specs:
            if changeable(spec):
                for axis, size in enumerate(self.feed[spec.name].shape):
                    if axis:
                        answers |= _all_of(f"{spec.name} axis {axis}", size, ends=True)
        return answers

    @cached_property
    def _named(self) -> Mapping[tuple[str, int], str]:
        """What each open axis is called; the first ones are all rows, if they agree."""
        first = {
            self.feed[s.name].shape[0]: s.shape[0]
            for s in self.specs
            if s.shape and isinstance(s.shape[0], str)
        }
        rows = {s.shape[0] for s in self.specs if s.shape and len(first) == 1}
        return {
            (s.name, axis): ROWS if symbol in rows else symbol
            for s in self.specs
            for axis, symbol in enumerate(s.shape)
            if isinstance(symbol, str)
        }

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        """The sizes of what can be cut, each once, in the order of the inputs."""
        return {name: self.feed[of].shape[axis] for (of, axis), name in self._named.items()}

    @cached_property
    def _rules(self) -> Mapping[str, Extent]:
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

    def _cut(self, source: Source, name: str, size: int) -> Part:
        """Which places of a symbol are kept: at least one, and as many as its rule allows."""
        part = _part(source, f"cut {name}", size, ends=name not in self._prefixes)
        wanted = max(1, part.size)
        allowed = [n for n in range(wanted, size + 1) if self._rules[name].allows(n)]
        kept = allowed[0] if allowed else size
        start = min(max(0, part.start), size - kept)
        return Part(start, start + kept)

    def _changed(self, source: Source, spec: TensorSpec, array: Array) -> Array:
        box = [
            _part(source, f"{spec.name} axis {axis}", size, ends=True)
            for axis, size in enumerate(array.shape)
            if axis
        ]
        moved = changed(source, spec, array)
        if all(part.size == size for part, size in zip(box, array.shape[1:], strict=True)):
            return moved
        made = flat(spec, array)
        inside = (slice(None), *(slice(part.start, max(part.start, part.stop)) for part in box))
        made[inside] = moved[inside]
        return made

    def _cropped(self, spec: TensorSpec, array: Array, cuts: Mapping[str, Part]) -> Array:
        for axis in range(array.ndim):
            part = cuts.get(self._named.get((spec.name, axis), ""))
            if part is not None and part.size != array.shape[axis]:
                array = np.take(array, np.arange(part.start, part.stop), axis=axis)
        return np.array(array, order="C")

    def _agree(self, spec: TensorSpec, made: dict[str, Array], cuts: Mapping[str, Part]) -> None:
        """Lengths that reach no further than what is left, and a mask with something in it."""
        array = made[spec.name]
        if isinstance(spec.domain, Lengths):
            part = cuts.get(self._named.get((spec.domain.of, spec.domain.axis), ""))
            if part is not None:
                made[spec.name] = np.minimum(array, np.array(part.size, array.dtype))
        elif isinstance(spec.domain, AttentionMask) and array.ndim > 1:
            # A softmax over nothing is no number, in healthy models too.
            before = self.feed[spec.name].reshape(len(self.feed[spec.name]), -1).any(axis=1)
            left = array.reshape(len(array), -1)
            if before.all():
                left[~left.any(axis=1), 0] = 1
                made[spec.name] = left.reshape(array.shape)


def _part(source: Source, label: str, size: int, *, ends: bool) -> Part:
    """A part of an axis; without ``ends`` one that begins where the axis does."""
    if size == 1:
        return Part(0, 1)
    stop = min(source.integer(0, _WHOLE * size, f"{label} to"), size)
    back = min(source.integer(0, _WHOLE * size, f"{label} from"), size) if ends else size
    return Part(size - back, stop)


def _all_of(label: str, size: int, *, ends: bool) -> dict[str, Sequence[Choice]]:
    if size == 1:
        return {}
    answers: dict[str, Sequence[Choice]] = {f"{label} to": [size]}
    return answers | ({f"{label} from": [size]} if ends else {})
