"""Where in an output the differences lie: its last two axes as rectangles, padding hatched."""

from collections.abc import Iterator

from parity.page.blocks import Plot, Shape
from parity.page.node import Node
from parity.page.plots.axis import WIDTH
from parity.page.shade import WORDS, shade
from parity.report.values.ratios import share

_LEFT, _TOP = 44.0, 20.0
MOST = 64
"""Rows and columns that are drawn at most; parity writes 32 x 24."""


def of(chart: Node, *, title: str) -> Plot | None:
    """None of what is no map. chart: "cells", "allowed", "padding", "shape", "axes"."""
    rows = [row.numbers for row in chart["cells"]]
    allowed = chart["allowed"].number
    if not 0 < len(rows) <= MOST or allowed is None:
        return None
    width = len(rows[0] or ())
    if not 0 < width <= MOST or any(row is None or len(row) != width for row in rows):
        return None
    side = min(14.0, 300.0 / len(rows), (WIDTH - _LEFT - 4) / width)
    across = (WIDTH - _LEFT - 4) / width if width > 6 else min(40.0, (WIDTH - _LEFT - 4) / width)
    side = max(side, 6.0)
    shapes = [*_cells(chart, allowed, across, side), *_axes(chart, len(rows), width, across, side)]
    height = _TOP + len(rows) * side + 26
    return Plot(title, _told(chart, allowed), WIDTH, height, tuple(shapes), _KEY)


_KEY = (
    *((f"s{n}", word) for n, word in enumerate(WORDS)),
    ("hatched", "padding"),
)
"""What the colours say: shares of what is allowed, up to."""


def _cells(chart: Node, allowed: float, across: float, side: float) -> Iterator[Shape]:
    for r, row in enumerate(chart["cells"]):
        padding = chart["padding"][r].text
        for c, cell in enumerate(row):
            box = (_LEFT + c * across, _TOP + r * side, across, side)
            hatched = padding[c : c + 1] == "1"
            used = _used(cell.number or 0.0, allowed)
            said = f"{_where(chart, r, c)}: {cell.text}{', padding' if hatched else ''}"
            yield Shape("rect", box, f"s{shade(used)}", title=said, value=cell.text, at=cell.at)
            if hatched:
                yield Shape("rect", box, "hatch")


def _used(off: float, allowed: float) -> float:
    if not off:
        return 0.0
    return off / allowed if allowed > 0 else float("inf")


def _where(chart: Node, row: int, column: int) -> str:
    return f"{_range(chart, 0, row)}, {_range(chart, 1, column)}"


def _range(chart: Node, axis: int, at: int) -> str:
    """Which entries of an axis one rectangle stands for."""
    name = chart["axes"][axis].text
    extent = chart["shape"][axis].whole or 0
    count = len(chart["cells"]) if axis == 0 else len(chart["cells"][0])
    first, last = at * extent // count, (at + 1) * extent // count - 1
    return f"{name} {first}" if last <= first else f"{name} {first}-{last}"


def _axes(chart: Node, rows: int, width: float, across: float, side: float) -> Iterator[Shape]:
    extents = [extent.whole or 0 for extent in chart["shape"]] + [0, 0]
    names = [axis.text for axis in chart["axes"]] + ["", ""]
    bottom = _TOP + rows * side
    yield Shape("text", (2, 12), "tick", f"{names[0]}, down; {names[1]}, across")
    yield Shape("text", (_LEFT - 4, _TOP + 9), "tick end", "0")
    if rows * side > 24:
        yield Shape("text", (_LEFT - 4, bottom - 1), "tick end", f"{max(0, extents[0] - 1):,}")
    yield Shape("text", (_LEFT, bottom + 14), "tick", "0")
    if width * across > 60:
        last = f"{max(0, extents[1] - 1):,}"
        yield Shape("text", (_LEFT + width * across, bottom + 14), "tick end", last)


def _told(chart: Node, allowed: float) -> str:
    """The largest difference that counts; of a feed of padding only, the largest at padding."""
    counted = list(_by_size(chart, padding=False))
    worst, r, c = max(counted or list(_by_size(chart, padding=True)))
    beyond = sum(off > allowed for off, _, _ in counted)
    return (
        f"The largest difference {'that counts' if counted else 'at padding'}, {worst:.2g}, is "
        f"{share(_used(worst, allowed))} of what is allowed, at {_where(chart, r, c)}; {beyond:,} "
        f"of {len(counted):,} rectangles are beyond it"
    )


def _by_size(chart: Node, *, padding: bool) -> Iterator[tuple[float, int, int]]:
    for r, row in enumerate(chart["cells"]):
        hidden = chart["padding"][r].text
        for c, cell in enumerate(row.numbers or ()):
            if (hidden[c : c + 1] == "1") == padding:
                yield (float("inf") if cell != cell else cell), r, c
