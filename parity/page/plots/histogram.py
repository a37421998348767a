"""How the differences of an output are spread: octaves along, how many up, both logarithmic."""

import math
from collections.abc import Iterator

from parity.page.blocks import Plot, Shape
from parity.page.node import Node
from parity.page.plots.axis import WIDTH, Log, power

_TOP, _BOTTOM, _LEFT, _RIGHT = 34.0, 150.0, 30.0, 352.0
_HEIGHT = 184.0
_ZERO = 26.0  # width of the place for what is exactly zero

MOST = 256
"""Octaves that are drawn at most; parity writes 128."""


def of(histogram: Node, *, allowed: Node, rounding: Node, title: str) -> Plot | None:
    """None of what is no histogram, or one of nothing.

    histogram: "zero", and from the octave [2**lowest, 2**(lowest + 1)) on "counts". allowed,
    rounding: where lines are drawn, if they are numbers above zero.
    """
    counts, lowest = histogram["counts"].numbers, histogram["lowest"].whole
    zero = histogram["zero"].number or 0.0
    if counts is None or lowest is None or not -1080 < lowest < 1000 or len(counts) > MOST:
        return None
    if any(not 0 <= n < math.inf for n in (*counts, zero)) or not sum(counts) + zero:
        return None
    lines = [(name, n.number) for name, n in (("allowed", allowed), ("rounding", rounding))]
    drawn = [(name, n) for name, n in lines if n is not None and 0 < n < math.inf]
    filled = [2.0 ** (lowest + i) for i, n in enumerate(counts) if n]
    ends = [*filled, *(2 * octave for octave in filled), *(n for _, n in drawn)] or [1.0]
    across = Log(min(ends) / 1.5, max(ends) * 1.5, _LEFT + _ZERO + 8, _RIGHT)
    up = Log(0.5, max(10.0, *counts, zero) * 1.2, _BOTTOM, _TOP)
    shapes = [*_axes(across, up), *_bars(histogram, across, up), *_lines(drawn, across)]
    return Plot(title, _told(counts, lowest, zero, drawn), WIDTH, _HEIGHT, tuple(shapes))


def _axes(across: Log, up: Log) -> Iterator[Shape]:
    yield Shape("line", (_LEFT, _BOTTOM, _RIGHT, _BOTTOM), "axis")
    for tick in up.ticks(4):
        yield Shape("line", (_LEFT, up(tick), _RIGHT, up(tick)), "grid")
        yield Shape("text", (_LEFT - 4, up(tick) + 3.5), "tick end", power(tick))
    for tick in across.ticks(5):
        x = across(tick)
        yield Shape("line", (x, _BOTTOM, x, _BOTTOM + 4), "axis")
        yield Shape("text", (x, _BOTTOM + 15), "tick middle", power(tick))
    yield Shape("text", (_LEFT + _ZERO / 2, _BOTTOM + 15), "tick middle", "0")
    yield Shape("text", ((_LEFT + _RIGHT) / 2, _HEIGHT - 4), "tick middle", "difference")
    yield Shape("text", (2, 12), "tick", "elements")


def _bars(histogram: Node, across: Log, up: Log) -> Iterator[Shape]:
    zero = histogram["zero"]
    if zero.number:
        yield _bar(_LEFT + 4, _ZERO - 8, up(zero.number), zero, "exactly equal")
    lowest = histogram["lowest"].whole or 0
    for i, count in enumerate(histogram["counts"]):
        if count.number:
            low, high = 2.0 ** (lowest + i), 2.0 ** (lowest + i + 1)
            said = f"{low:.2g} to {high:.2g}"
            start = across(low)
            yield _bar(start + 0.5, max(1.0, across(high) - start - 1), up(count.number), count,
                       said)  # fmt: skip


def _bar(x: float, width: float, y: float, count: Node, said: str) -> Shape:
    number = count.number or 0.0
    return Shape("rect", (x, y, width, _BOTTOM - y), "bar", title=f"{said}: {number:,.0f}",
                 value=count.text, at=count.at)  # fmt: skip


def _lines(drawn: list[tuple[str, float]], across: Log) -> Iterator[Shape]:
    for number, (name, value) in enumerate(drawn):
        x = across(value)
        yield Shape("line", (x, _TOP - 8 + 10 * number - 10, x, _BOTTOM), name)
        end = "end" if x > (_LEFT + _RIGHT) / 2 else "start"
        by = -4 if end == "end" else 4
        yield Shape("text", (x + by, _TOP - 10 + 11 * number), f"tick {end} {name}-said",
                    f"{name} {value:.2g}")  # fmt: skip


def _told(counts: list[float], lowest: int, zero: float, drawn: list[tuple[str, float]]) -> str:
    total = sum(counts) + zero
    most = max(range(len(counts)), key=lambda i: counts[i], default=None)
    told = f"Of {total:,.0f} differences {zero:,.0f} are exactly zero"
    if most is not None and counts[most]:
        low = 2.0 ** (lowest + most)
        told += f"; of the others most, {counts[most]:,.0f}, lie from {low:.2g} to {2 * low:.2g}"
        last = max(i for i, n in enumerate(counts) if n)
        told += f", the largest below {2.0 ** (lowest + last + 1):.2g}"
    return told + "".join(f"; {name} is {value:.2g}" for name, value in drawn)
