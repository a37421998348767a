"""Which rows of a word table differ between two models.

This is no verdict: what a row does is for the engines to show. But a table of
40,000 rows with two of them swapped is found by feeding those two, and hardly
by feeding any.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.model.artifact import Artifact
from parity.model.onnx_graph import let_go
from parity.model.read import graph_of, sense
from parity.model.rules.lookups import Lookup, lookups
from parity.model.rules.trace import Trace
from parity.model.weights import Floats, floats

_CHUNK = 4096  # rows at a time: a table is copied nowhere as a whole

_CLOSE = 2.0**-9  # relative; two roundings to FP16
_TINY = 1e-6  # below the normal numbers of FP16, which converters raise or flush


def unequal_rows(reference: Artifact, candidate: Artifact, name: str) -> NDArray[np.int64]:
    """The ids, ascending, whose rows in the table that input ``name`` indexes differ.

    Tables of one dtype are compared exactly, of two as near as FP16 is. Empty where
    either has no such table that can be read, or rows of another length. Ids
    that the candidate has no row for count as differing. Raises ModelError.
    """
    here, there = _table(reference, name), _table(candidate, name)
    if here is None or there is None or here.columns != there.columns:
        return np.empty(0, np.int64)
    common = min(here.rows, there.rows)
    found: list[NDArray[np.int64]] = [np.arange(common, here.rows)]
    for start in range(0, common, _CHUNK):
        stop = min(start + _CHUNK, common)
        differs = _differ(here.part(start, stop), there.part(start, stop))
        found.append(start + np.flatnonzero(differs.any(axis=1)))
    for model in (reference, candidate):
        if model.format == "onnx":
            let_go(model.program)
    return np.sort(np.concatenate(found)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Table:
    """What a lookup reads: the product of its factors, with one row of zeros for padding."""

    factors: tuple[Floats, ...]
    padding: int | None

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


def _table(artifact: Artifact, name: str) -> _Table | None:
    with sense(artifact.program):
        trace = Trace(graph_of(artifact.program))
        found = [lookup for lookup in lookups(trace) if lookup.source == name]
        if not found:
            return None
        lookup = min(found, key=lambda lookup: lookup.rows)
        names = _factors(trace, lookup)
    stored = floats(artifact, names)
    if not names or len(stored) != len(set(names)):
        return None
    factors = tuple(stored[factor] for factor in names)
    if len({factor.shape for factor in factors}) > 1:
        return None
    # Of an ONNX table the padding is one of the factors.
    declared = lookup.node.attributes.get("padding_idx")
    padding = declared if isinstance(declared, int) and 0 <= declared < lookup.rows else None
    return _Table(factors, padding)


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
