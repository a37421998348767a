"""A row without its padding is answered as with it, at the positions that count."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from parity.alone.held import Held
from parity.alone.invariants.row import DESIGN
from parity.alone.subject import Answers, Subject
from parity.inputs import Example
from parity.model.spec import AttentionMask, PositionIds, SegmentIds, TokenIds
from parity.model.tensors import Array
from parity.model.validity import valid_positions
from parity.verify.checks import asking

NAME = "padding"
SAYS = "padding changes nothing where positions count"
_ALONG = (TokenIds, SegmentIds, PositionIds, AttentionMask)


def ask(subject: Subject) -> Held:
    """Each padded row of each batch, alone, with its padding and cut to its length."""
    held, padded = Held(NAME), 0
    for example, _ in subject.batches():
        if valid_positions(subject.signature.inputs, example.feed) is None:
            return Held(NAME, skipped="the model has neither mask nor lengths: padding counts")
        rows = zip(asking.alone(example, subject.signature), example.lengths or (), strict=False)
        for whole, length in rows:
            short = _cut(whole, length, subject)
            if short is None:
                continue
            padded += 1
            long, now = subject.ask(whole), subject.ask(short)
            if long is None or now is None:
                held = held.failed(short if now is None else whole)
                continue
            width = _width(whole, subject)
            held = held.and_also(short, _where_it_counts(long, now, width, length), now)
    if not padded:
        return Held(NAME, skipped="no row is padded")
    return held.excused(DESIGN) if subject.dynamic else held


def _width(example: Example, subject: Subject) -> int:
    ids = next(s.name for s in subject.signature.inputs if isinstance(s.domain, TokenIds))
    return int(example.feed[ids].shape[-1])


def _cut(example: Example, length: int, subject: Subject) -> Example | None:
    """A row without its padding; None where it has none on its right."""
    width = _width(example, subject)
    valid = valid_positions(subject.signature.inputs, example.feed)
    if valid is None or not 0 < length < width or valid[0, length:].any():
        return None
    if not valid[0, :length].all():
        return None  # the pad id inside a row is another question
    feed: dict[str, Array] = {}
    for spec in subject.signature.inputs:
        array = example.feed[spec.name]
        if isinstance(spec.domain, _ALONG):
            for axis in range(1, array.ndim):
                if array.shape[axis] == width:
                    array = array.take(np.arange(length), axis)
        feed[spec.name] = np.ascontiguousarray(array)
    return replace(example, feed=feed, label=f"{example.label}, cut to {length}", choices=())


def _where_it_counts(long: Answers, short: Answers, width: int, length: int) -> Mapping[str, Array]:
    """The answer with padding, of outputs with an entry a position without the padded ones."""
    found: dict[str, Array] = {}
    for name, array in long.items():
        there = short.get(name)
        if there is not None and array.shape != there.shape:
            for axis in range(1, array.ndim):
                if array.shape[axis] == width and there.shape[axis : axis + 1] == (length,):
                    array = array.take(np.arange(length), axis)
        found[name] = np.ascontiguousarray(array)
    return found
