"""Faults that only rare inputs show: they are in no file, but in what a feed is answered.

A runtime that is wrong at one length, one id, one row of a batch, one segment, one range of values
can't be made by changing a graph of any kind; here the original answers, and what it answers to
such feeds is moved.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity.compare.values import BoolArray
from parity.model.spec import SegmentIds, Signature, TensorSpec, TokenIds
from parity.model.tensors import Array, Feed, Outputs

Rows = Callable[[Feed], BoolArray | None]
"""Which rows of a feed are answered wrongly; None for none."""

LONGEST = 512
"""Up to which a length is drawn; the longest that plans feed by default."""

BATCH = 4
"""Rows of a feed where nobody says how many there may be; as plans have them."""


@dataclass(frozen=True)
class Rare:
    """kind: "length", "id", "batch", "segment" or "range". what: in words. rows: which. advice:
    what makes a gate feed it. certain: whether the inputs take what shows it, so that a search
    which has no such feed tells nothing of it.
    """

    kind: str
    what: str
    rows: Rows
    advice: str
    certain: bool = False


KINDS = ("length", "id", "batch", "segment", "range")


def draw(signature: Signature, longest: int | None, batch: int | None, rng: random.Random) -> (
    Iterator[Rare]
):  # fmt: skip
    """One of each kind that the inputs have. longest, batch: bounds of the case."""
    for spec in signature.inputs:
        if isinstance(spec.domain, TokenIds):
            name, domain = spec.name, spec.domain
            most = min(longest or LONGEST, domain.positions or LONGEST, LONGEST)
            yield from _length(name, most, rng)
            yield _id(name, rng.randrange(max(0, domain.lowest), domain.vocabulary))
            if (batch or BATCH) > 1:
                yield _batch(name, rng.randrange(1, batch or BATCH), certain=_open(spec))
            break
    for spec in signature.inputs:
        if isinstance(spec.domain, SegmentIds):
            yield _segment(spec.name)
        elif spec.dtype == "float32" and len(spec.shape) > 1:
            yield _range(spec.name, rng.choice([0.9, 2.0, 5.0]))
            yield _batch(spec.name, 1, certain=_open(spec) and (batch or BATCH) > 1)
            break


def shows(rare: Rare, feed: Feed) -> bool:
    """Whether a feed is answered wrongly."""
    rows = rare.rows(feed)
    return rows is not None and bool(rows.any())


def moved(rare: Rare, feed: Feed, outputs: Outputs) -> Outputs:
    """What the faulty one answers."""
    rows = rare.rows(feed)
    if rows is None or not rows.any():
        return outputs
    return {name: _moved(array, rows) for name, array in outputs.items()}


def _moved(array: Array, rows: BoolArray) -> Any:
    made: Any = np.array(array)
    if made.dtype.kind not in "fiub" or not made.size:
        return made
    which = rows if made.ndim and made.shape[0] == len(rows) else ...
    if made.dtype.kind == "b":
        made[which] ^= True
    elif made.dtype.kind in "iu":
        made[which] += made.dtype.type(1)
    else:
        by = 0.5 * float(np.abs(made[np.isfinite(made)]).max(initial=0.0)) or 1.0
        made[which] += made.dtype.type(by)
    return made


def _length(name: str, longest: int, rng: random.Random) -> Iterator[Rare]:
    at = rng.randrange(2, longest + 1)

    def rows(feed: Feed) -> BoolArray | None:
        array = feed[name]
        return np.ones(len(array), np.bool_) if array.ndim > 1 and array.shape[1] == at else None

    advice = f"no feed has this length: other seeds reach it, or max_length = {at}, which is fed"
    yield Rare("length", f"wrong at {at} positions of {name}", rows, advice)


def _id(name: str, wanted: int) -> Rare:
    def rows(feed: Feed) -> BoolArray | None:
        array = feed[name]
        return np.asarray((array == wanted).reshape(len(array), -1).any(axis=1))

    advice = f"no feed holds id {wanted} of {name}: more max_examples, or a text with it as example"
    return Rare("id", f"wrong at id {wanted} of {name}", rows, advice, certain=True)


def _open(spec: TensorSpec) -> bool:
    """Whether a feed may have as many rows as it likes."""
    return bool(spec.shape) and isinstance(spec.shape[0], str)


def _batch(name: str, row: int, *, certain: bool) -> Rare:
    def rows(feed: Feed) -> BoolArray | None:
        return np.asarray(np.arange(len(feed[name])) == row)

    advice = f"no feed has {row + 1} rows: max_batch = {row + 1}"
    return Rare("batch", f"wrong in row {row} of a batch", rows, advice, certain)


def _segment(name: str) -> Rare:
    def rows(feed: Feed) -> BoolArray | None:
        array: Any = feed[name]
        return np.asarray((array > 0).reshape(len(array), -1).any(axis=1))

    return Rare("segment", f"wrong where {name} is above 0", rows, "pairs of texts as examples")


def _range(name: str, above: float) -> Rare:
    def rows(feed: Feed) -> BoolArray | None:
        array = feed[name]
        if not array.ndim:
            return None
        flat: Any = np.abs(array).reshape(len(array), -1)
        largest: Any = flat.max(axis=1, initial=0)
        return np.asarray(largest > above)

    advice = f"no feed of {name} goes beyond {above:g}: say its range by --input, or bring feeds"
    return Rare("range", f"wrong where {name} goes beyond {above:g}", rows, advice)
