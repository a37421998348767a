"""Over many values of an input: which keep an index in bounds, and where a result changes."""

import numpy as np
from numpy.typing import NDArray

from parity.model.graph import Graph
from parity.model.rules.form import Form

_FURTHEST = 2**21  # values tried on either side; a table of more rows is safe up to there
_NEAREST = 1024
_MOST_POINTS = 64
_BEYOND = 8  # values outside a table that the graph itself clips or replaces: enough to show it

Span = tuple[int, int]
"""The lowest and the highest value, both included."""


def values(graph: Graph, rows: int = 0) -> NDArray[np.int64]:
    """Whole numbers to try: as far as the table has rows and the graph's own constants go."""
    scalars = [c for c in graph.constants.values() if c.size == 1 and c.dtype.kind in "iuf"]
    sizes = [abs(float(c.reshape(-1)[0])) for c in scalars]
    near = max((size for size in sizes if size <= _FURTHEST / 2), default=0.0)
    reach = int(min(_FURTHEST, max(_NEAREST, 2 * rows, 2 * near)))
    return np.arange(-reach, reach + 1)


def within(graph: Graph, form: Form, column: int, low: int, high: int) -> Span | None:
    """The values whose result is in [low, high]: the longest run of them; None if there is none.

    Where the graph clips or replaces what is outside, a few values beyond are in the run.
    """
    if form.plain:
        return low, high
    x = values(graph, high + 1)
    y = np.asarray(np.broadcast_to(form.apply(x, column), x.shape), np.float64)
    good = (y >= low) & (y <= high)
    if not good.any():
        return None
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2] - 1
    longest = int(np.argmax(ends - starts))
    first, last = int(starts[longest]), int(ends[longest])
    # What goes on to the end of the values tried is beyond all bounds: begin where it varies.
    moving = np.flatnonzero(np.diff(y[first : last + 1])) + first
    if not moving.size:
        return (int(x[first]), int(x[last])) if last - first < _BEYOND else (0, 1)
    if first == 0:
        first = max(0, int(moving[0]) - _BEYOND)
    if last == len(x) - 1:
        last = min(last, int(moving[-1]) + 1 + _BEYOND)
    return int(x[first]), int(x[last])


def changes(graph: Graph, form: Form, column: int) -> tuple[int, ...]:
    """The values at which a result turns, with their neighbours; none if it turns everywhere."""
    x = values(graph)
    y = np.asarray(np.broadcast_to(form.apply(x, column), x.shape)).astype(np.float64)
    if y.size < 3:
        return ()
    order = 1 if set(np.unique(y[:: max(1, y.size // 999)])) <= {0.0, 1.0} else 2
    turns = np.flatnonzero(np.diff(y, order)) + 1
    if not 0 < turns.size <= _MOST_POINTS:
        return ()
    near = np.unique(np.concatenate([turns - 1, turns, turns + 1]))
    return tuple(int(v) for v in x[near[(near >= 0) & (near < x.size)]])
