"""How a number went on: the worst share of the tolerance over the examples, shrinking feeds."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from parity.page.blocks import Plot, Shape
from parity.page.node import Node
from parity.page.plots.axis import WIDTH, Log, power

_TOP, _BOTTOM, _LEFT, _RIGHT, _HEIGHT = 20.0, 120.0, 44.0, 352.0, 152.0
MOST = 512


def of(
    steps: Node, *, along: str, up: str, title: str, names: tuple[str, str],
    limit: float | None = None, until: float | None = None,
) -> Plot | None:  # fmt: skip
    """Steps of pairs {along: count, up: value}. names: of the axes.

    limit: a line across. until: how far along the last value holds. None of what has no step up
    or down.
    """
    pairs = [(s, s[along].number, s[up].number) for s in list(steps)[:MOST]]
    good = [(s, x, y) for s, x, y in pairs if x is not None and y is not None]
    good = [(s, x, y) for s, x, y in good if x >= 0 and math.isfinite(x) and y > 0]
    if len({y for _, _, y in good}) < 2 or any(later[1] < now[1] for now, later in pairwise(good)):
        return None
    end = max(good[-1][1], until or 0.0, 1.0)
    finite = [y for _, _, y in good if math.isfinite(y)] or [1.0]
    low, high = min(finite), max(*finite, limit or 0.0)
    decade = max(1.5, (10 * low / high) ** 0.5)  # at least one of them, so that there is a tick
    rise = Log(low / decade, high * decade, _BOTTOM, _TOP)
    shapes = [*_axes(rise, end, names), *_steps(good, end, rise, up)]
    if limit is not None:
        y = rise(limit)
        shapes.append(Shape("line", (_LEFT, y, _RIGHT, y), "allowed"))
        shapes.append(Shape("text", (_RIGHT, y - 4), "tick end allowed-said", "allowed"))
    begin, last = _number(good[0][2]), _number(good[-1][2])
    told = f"{names[1]} from {begin} to {last} within {good[-1][1]:,.0f} {names[0]}"
    return Plot(title, told, WIDTH, _HEIGHT, tuple(shapes))


def _number(value: float) -> str:
    return f"{value:,.0f}" if 10 <= value < 1e15 else f"{value:.2g}"


def _x(value: float, end: float) -> float:
    return _LEFT + value / end * (_RIGHT - _LEFT)


def _axes(rise: Log, end: float, names: tuple[str, str]) -> Iterator[Shape]:
    yield Shape("line", (_LEFT, _BOTTOM, _RIGHT, _BOTTOM), "axis")
    for tick in rise.ticks(4):
        yield Shape("line", (_LEFT, rise(tick), _RIGHT, rise(tick)), "grid")
        yield Shape("text", (_LEFT - 4, rise(tick) + 3.5), "tick end", power(tick))
    yield Shape("text", (2, 12), "tick", names[1])
    yield Shape("text", (_LEFT, _BOTTOM + 15), "tick middle", "0")
    yield Shape("text", (_RIGHT, _BOTTOM + 15), "tick end", f"{end:,.0f}")
    yield Shape("text", ((_LEFT + _RIGHT) / 2, _HEIGHT - 3), "tick middle", names[0])


def _steps(
    good: Sequence[tuple[Node, float, float]], end: float, rise: Log, up: str
) -> Iterator[Shape]:
    for number, (step, x, y) in enumerate(good):
        till = good[number + 1][1] if number + 1 < len(good) else end
        box = (_x(x, end), rise(y), _x(till, end), rise(y))
        said = f"{x:,.0f}: {_number(y)}"
        yield Shape("line", box, "step", title=said, value=step[up].text, at=step[up].at)
        if number + 1 < len(good):
            after = good[number + 1][2]
            yield Shape("line", (_x(till, end), rise(y), _x(till, end), rise(after)), "step")
