"""Bars from the left, one a name: accuracy by system, share of the tolerance by output."""

import math
from collections.abc import Callable, Sequence

from parity.page import figures
from parity.page.blocks import Piece, Plot, Shape
from parity.page.node import Node
from parity.page.plots.axis import WIDTH
from parity.shown import shortened, shown

_LINE, _BAR = 40.0, 14.0


def of(
    title: str, named: Sequence[tuple[str, Node]], how: Callable[[Node], Piece] = figures.percent
) -> Plot | None:
    """None where fewer than two have a finite number above or at zero. how: they are written."""
    known = [(name, node, _size(node)) for name, node in named]
    good = [(name, node, size) for name, node, size in known if size is not None]
    if len(good) < 2:
        return None
    top = max(size for _, _, size in good) or 1.0
    shapes: list[Shape] = []
    for row, (name, node, size) in enumerate(good):
        y = row * _LINE
        text = figures.said(how(node))
        label = shown(shortened(name, 44))
        shapes += [
            Shape("text", (0, y + 13), "label", label),
            Shape("rect", (0, y + 18, max(1.0, size / top * (WIDTH - 70)), _BAR), "bar",
                  title=f"{name}: {text}", value=figures.raw(node), at=node.at),
            Shape("text", (size / top * (WIDTH - 70) + 5, y + 30), "number", text),
        ]  # fmt: skip
    told = ", ".join(f"{name} {figures.said(how(node))}" for name, node, _ in good[:12])
    return Plot(title, told, WIDTH, len(good) * _LINE, tuple(shapes))


def _size(node: Node) -> float | None:
    number = node.number
    return number if number is not None and math.isfinite(number) and number >= 0 else None
