"""Batches of many rows, which no plan draws: the rows of a small one, over and over.

An engine takes another way from some number of rows on, and a graph may hold a number of them.
Generated batches stay small for their cost; a few large ones of short rows cost next to nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np

from parity.inputs._limits import Limits
from parity.inputs._plan import Example, Script, ScriptedPlan
from parity.inputs._source import Source
from parity.inputs.boundary import between
from parity.model.spec import TensorSpec

_Of = TypeVar("_Of")

Places = tuple[tuple[str, int], ...]
"""Inputs and axes."""

ROWS = (5, 6, 8, 11, 16, 32)
"""Above the four rows of a generated batch: next to it, vector widths, one that is neither, and
what the guides measure with."""

_MOST = 2**22  # elements of one input: 32 pictures of 3 x 208 x 208


_TURNS = 2  # batches of other sizes in one turn: an engine may slip at a remainder of its own


def crowds(
    examples: Iterable[Example], specs: Sequence[TensorSpec], limits: Limits
) -> list[Example]:
    """Large batches out of the smallest of ``examples`` that holds several rows.

    Those of more rows than a generated batch has: the usual ones, and of those between them some
    by turns. None where the inputs share no open first axis, or every batch has one row.
    """
    names = open_first(specs)
    every = [e for e in examples if rows_of(e, names)]
    several = [e for e in every if rows_of(e, names) > 1]
    if not several:
        return []
    base = min(several, key=lambda e: sum(a.size for a in e.feed.values()))
    row = max(base.feed[name][:1].size for name in names)
    free = [n for n in range(limits.max_batch + 1, ROWS[-1]) if n not in ROWS]
    free = free if limits.every_length else between.some(free, limits.turn, each=_TURNS)
    counts = [n for n in sorted({*ROWS, *free}) if limits.max_batch < n and n * row <= _MOST]
    if not counts:
        return []
    plan = ScriptedPlan(
        "crowds",
        f"{rows_of(base, names)} rows over and over",
        partial(_make, base, batch_axes(every, specs), counts[-1]),
        lambda: [Script(f"{n} rows", {"rows": [n]}, cost=n) for n in counts],
    )
    return [replace(example, plan=plan) for example in plan.boundary()]


def _make(base: Example, places: Places, most: int, source: Source, label: str) -> Example:
    rows = source.integer(1, most, "rows")
    return replace(repeated(base, places, rows, label), choices=source.choices)


def batch_axes(examples: Sequence[Example], specs: Sequence[TensorSpec]) -> Places:
    """Every axis that holds the rows: the open first ones, and open others that go with them.

    An RNN's state has the batch second, under whatever symbol: in all examples it is of their size.
    """
    names = open_first(specs)
    found = {(name, 0) for name in names}
    for spec in specs:
        for axis, size in enumerate(spec.shape):
            if (spec.name, axis) in found or _fixed(size):
                continue
            sizes = {(e.feed[spec.name].shape[axis], rows_of(e, names)) for e in examples}
            if len(sizes) > 1 and all(one == rows for one, rows in sizes):
                found.add((spec.name, axis))
    return tuple(sorted(found))


def repeated(base: Example, places: Places, rows: int, label: str) -> Example:
    """So many rows, those of ``base`` over and over, with their texts and lengths."""
    held = base.feed[places[0][0]].shape[places[0][1]]
    feed = dict(base.feed)
    for name, axis in places:
        feed[name] = np.ascontiguousarray(feed[name].take(np.arange(rows) % held, axis))
    return replace(
        base,
        feed=feed,
        label=label,
        choices=(),
        texts=_cycled(base.texts, rows),
        offsets=_cycled(base.offsets, rows),
        lengths=_cycled(base.lengths, rows),
    )


def open_first(specs: Sequence[TensorSpec]) -> tuple[str, ...]:
    """The inputs whose first axis may be of any size."""
    return tuple(s.name for s in specs if s.shape and not _fixed(s.shape[0]))


def rows_of(example: Example, names: Sequence[str]) -> int:
    """Rows that these inputs have in common; 0 where they don't."""
    sizes = {example.feed[name].shape[0] for name in names if name in example.feed}
    return sizes.pop() if len(sizes) == 1 else 0


def _cycled(values: tuple[_Of, ...] | None, rows: int) -> tuple[_Of, ...] | None:
    return None if values is None else tuple(values[i % len(values)] for i in range(rows))


def _fixed(axis: int | str | None) -> bool:
    return isinstance(axis, int) and axis > 0
