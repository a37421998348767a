"""Which rows of a word table differ between two models.

This is no verdict: what a row does is for the engines to show. But a table of
40,000 rows with two of them swapped is found by feeding those two, and hardly
by feeding any.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.model.artifact import Artifact
from parity.model.formats.onnx_graph import let_go
from parity.model.formats.read import graph_of, sense
from parity.model.rules.lookups import Lookup, lookups
from parity.model.rules.trace import Trace
from parity.model.weights import Floats, floats

_CHUNK = 4096  # rows at a time: a table is copied nowhere as a whole

_CLOSE = 2.0**-9  # relative; two roundings to FP16
_TINY = 1e-6  # below the normal numbers of FP16, which converters raise or flush


@dataclass(frozen=True, eq=False)
class Unequal:
    """Ids of one input, ascending, whose rows of a table differ; of so many that it has.

    column: the entry of the input's fixed axis that indexes the table; None for all.
    """

    ids: NDArray[np.int64]
    rows: int
    column: int | None = None


def unequal_rows(reference: Artifact, candidate: Artifact, name: str) -> list[Unequal]:
    """The rows that differ, of each table that input ``name`` indexes.

    Tables of one dtype are compared exactly, of two as near as FP16 is. None for a table
    that can't be read on one side, has no counterpart, or has rows of another length. Ids
    that the candidate has no row for count as differing. Raises ModelError.
    """
    here, there = _tables(reference, name), _tables(candidate, name)
    found = []
    for mine, other in _pairs(here, there):
        rows = _unequal(mine, other)
        ids = rows if mine.rows_of is None else mine.ids[np.isin(mine.rows_of, rows)]
        if ids.size:
            found.append(Unequal(ids, mine.rows, mine.column))
    for model in (reference, candidate):
        if model.format == "onnx":
            let_go(model.program)
    return found


def _pairs(here: "list[_Table]", there: "list[_Table]") -> "Iterator[tuple[_Table, _Table]]":
    """Tables in graph order, of each column apart; by their size where the counts differ."""
    for column in {table.column for table in here}:
        mine = [table for table in here if table.column == column]
        others = [table for table in there if table.column == column]
        if len(mine) == len(others):
            yield from ((m, o) for m, o in zip(mine, others, strict=True) if m.columns == o.columns)
            continue
        for table in mine:
            alike = [o for o in others if (o.rows, o.columns) == (table.rows, table.columns)]
            if len(alike) == 1:
                yield table, alike[0]


def _unequal(here: "_Table", there: "_Table") -> NDArray[np.int64]:
    common = min(here.rows, there.rows)
    found: list[NDArray[np.int64]] = [np.arange(common, here.rows)]
    for start in range(0, common, _CHUNK):
        stop = min(start + _CHUNK, common)
        differs = _differ(here.part(start, stop), there.part(start, stop))
        found.append(start + np.flatnonzero(differs.any(axis=1)))
    return np.sort(np.concatenate(found)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Table:
    """What a lookup reads: the product of its factors, with one row of zeros for padding.

    ids, rows_of: where the index isn't the id itself, the ids, and the row of each.
    """

    factors: tuple[Floats, ...]
    padding: int | None
    column: int | None
    ids: NDArray[np.int64]
    rows_of: NDArray[np.int64] | None

    @property
    def rows(self) -> int:
        return len(self.factors[0])

    @property
    def columns(self) -> int:
        return int(self.factors[0].shape[1])

    def part(self, start: int, stop: int) -> Floats:
        rows = np.array(self.factors[0][start:stop])
        for factor in self.factors[1:]:
            rows = rows * factor[start:stop]
        if self.padding is not None and start <= self.padding < stop:
            rows[self.padding - start] = 0
        return rows


def _differ(here: Floats, there: Floats) -> NDArray[np.bool_]:
    if here.dtype == there.dtype:
        return np.asarray((here != there) & ~(np.isnan(here) & np.isnan(there)))
    close = np.isclose(here.astype(float), there.astype(float), _CLOSE, _TINY, equal_nan=True)
    return np.asarray(~close)


def _tables(artifact: Artifact, name: str) -> list[_Table]:
    with sense(artifact.program):
        trace = Trace(graph_of(artifact.program))
        found = [lookup for lookup in lookups(trace) if lookup.source == name]
        wanted = [_factors(trace, lookup) for lookup in found]
    stored = floats(artifact, tuple(dict.fromkeys(n for names in wanted for n in names)))
    return [
        table
        for lookup, names in zip(found, wanted, strict=True)
        for table in _read(lookup, [stored[n] for n in names if n in stored], len(names))
    ]


def _read(lookup: Lookup, factors: list[Floats], wanted: int) -> list[_Table]:
    """The table of a lookup, once for each column that reads it; none if it can't be read."""
    if not factors or len(factors) != wanted or len({factor.shape for factor in factors}) > 1:
        return []
    # Of an ONNX table the padding is one of the factors.
    declared = lookup.node.attributes.get("padding_idx")
    padding = declared if isinstance(declared, int) and 0 <= declared < lookup.rows else None
    ids = np.arange(lookup.low, lookup.bound)
    form = lookup.form
    columns = form.columns if form is not None and form.axis is not None else None
    return [
        _Table(
            tuple(factors),
            padding,
            column,
            ids,
            None
            if form is None or form.plain
            else np.broadcast_to(form.apply(ids, column or 0), ids.shape).astype(np.int64),
        )
        for column in columns or (None,)
    ]


def _factors(trace: Trace, lookup: Lookup) -> tuple[str, ...]:
    """The stored tensors whose product the lookup reads; empty if it is made otherwise."""
    found: list[str] = []
    waiting = [lookup.node.inputs[0]]
    while waiting:
        name = waiting.pop()
        if name in trace.graph.parameters or name in trace.graph.constants:
            found.append(name)
            continue
        node = trace.graph.producers.get(name)
        if node is None or node.op not in ("identity", "cast", "mul"):
            return ()
        waiting += node.inputs if node.op == "mul" else node.inputs[:1]
    return tuple(found)
