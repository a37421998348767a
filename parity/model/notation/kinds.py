"""What an input's values are: a kind, a range, or both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from parity.model.notation import columns, indices, pictures
from parity.model.notation.bounds import Range, span
from parity.model.notation.scan import Words, name, number, whole
from parity.model.spec import (
    AttentionMask,
    Domain,
    Image,
    Indices,
    Lengths,
    OneOf,
    Scale,
    Values,
    Waveform,
)
from parity.plugins import unknown


@dataclass(frozen=True)
class Told:
    """What the clauses behind a shape say. kind: None for a range alone."""

    kind: Domain | None = None
    bounds: Range | None = None
    whole: bool = False

    def domain(self) -> Domain | None:
        """Both together. None where nothing is said."""
        if self.bounds is None:
            return self.kind
        low, high = self.bounds
        if self.kind is None:
            return Values(low, high, self.whole)
        if isinstance(self.kind, Image | Waveform | Scale):
            return replace(self.kind, low=low, high=high)
        return self.kind


def read(words: Words) -> Domain | None:
    """All clauses up to the end of the text; None if there is none. Raises UsageError."""
    told = Told()
    while words.here.kind != "end":
        words.skip(",", ";")
        told = _clause(words, told)
    if told.whole and told.bounds is None:
        raise words.expected("a range: whole in [0,5]")
    return told.domain()


def _clause(words: Words, told: Told) -> Told:
    word = words.here
    if word.kind != "name":
        raise words.expected('what its values are, such as "in [-1,1]" or "ids of 40000"')
    key = word.text.lower()
    if key == "whole":
        words.take()
        words.skip("numbers")
        if told.kind is not None:
            raise words.wrong(word.at, "goes with a range alone")
        return replace(told, whole=True)
    if key == "in" and words.after.text != "{":
        words.take()
        if told.bounds is not None:
            raise words.wrong(word.at, "a second range")
        return _ranged(words, told, span(words), word.at)
    read_kind = _KINDS.get(_ALIASES.get(key, key))
    if read_kind is None:
        raise words.wrong(word.at, unknown("kind of values", word.text, ["in", "whole", *_KINDS]))
    if told.kind is not None or told.whole:
        raise words.wrong(word.at, "a second kind of values")
    words.take()
    kind = read_kind(words)
    if told.bounds is not None:
        return _ranged(words, Told(kind), told.bounds, word.at)
    return Told(kind)


def _ranged(words: Words, told: Told, bounds: Range, at: int) -> Told:
    if isinstance(told.kind, Scale) and bounds[0] <= 0:
        raise words.wrong(at, "a scale's range is of its size, above zero; signed adds the sign")
    if told.kind is not None and not isinstance(told.kind, Image | Waveform | Scale):
        raise words.wrong(at, "a range doesn't go with this kind")
    return replace(told, bounds=bounds)


def _lengths(words: Words) -> Domain:
    words.need("of", "and the input whose rows are counted")
    of = name(words, "the name of an input")
    axis = whole(words, "an axis", least=1) if words.skip("axis") else 1
    return Lengths(of, axis)


def _indices(words: Words) -> Domain:
    words.need("of", "and the input that is indexed")
    of = name(words, "the name of an input")
    return Indices(of, whole(words, "an axis", least=0) if words.skip("axis") else 0)


def _mask(words: Words) -> Domain:
    words.need("of", "and the input that is masked")
    return AttentionMask(name(words, "the name of an input"))


def _waveform(words: Words) -> Domain:
    if not words.skip("at"):
        return Waveform()
    rate = whole(words, "a sample rate", least=1)
    words.skip("hz")
    return Waveform(rate)


def _scale(words: Words) -> Domain:
    return Scale(signed=words.skip("signed"))


def _one_of(words: Words) -> Domain:
    words.skip("of")
    words.need("{", "and the values: one of {8000,16000}")
    found = [number(words, "a value")]
    while words.skip(","):
        found.append(number(words, "a value"))
    words.need("}", 'or ","')
    return OneOf(tuple(dict.fromkeys(found)))


_KINDS: Mapping[str, Callable[[Words], Domain]] = {
    "ids": indices.ids,
    "segments": indices.segments,
    "positions": indices.positions,
    "lengths": _lengths,
    "mask": _mask,
    "indices": _indices,
    "picture": pictures.read,
    "waveform": _waveform,
    "scale": _scale,
    "one": _one_of,
    "columns": columns.read,
}
_ALIASES = {
    "in": "one", "pictures": "picture", "image": "picture", "images": "picture", "id": "ids",
    "sound": "waveform", "audio": "waveform", "length": "lengths", "segment": "segments",
    "position": "positions", "column": "columns", "index": "indices",
}  # fmt: skip
