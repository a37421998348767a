"""What of a run is drawn, as a document has it."""

import dataclasses
from typing import Any

from parity.compare.drawn.chart import Chart, chart
from parity.compare.drawn.octaves import trimmed
from parity.compare.values import COUNTED, Measured
from parity.model.validity import by_output, valid_positions
from parity.verify.result import Minimal, Result

Json = Any

_CHARTS = 4  # outputs of the smallest failing feed


def of_output(result: Result, m: Measured) -> dict[str, Json]:
    """How one output's differences are spread in a region; where its worst feed differs."""
    counts = result.drawn.octaves.get((m.output, m.region))
    found = result.drawn.charts.get(m.output) if m.region in COUNTED else None
    # Of an output with padding the worst feed may be one without: then it stands there.
    first = next((w for w in result.verdict.worst if w.output == m.output
                  and w.region in COUNTED), None)  # fmt: skip
    return {
        "histogram": None if counts is None else dataclasses.asdict(trimmed(counts)),
        "chart": dataclasses.asdict(found) if found is not None and first is m else None,
    }


def progress(result: Result) -> list[dict[str, Json]]:
    """After how many examples the worst share of the tolerance became what it is."""
    return [{"examples": n, "ratio": ratio} for n, ratio in result.drawn.climb]


def of_minimal(result: Result) -> dict[str, Json]:
    """Where the smallest failing feed differs, and how it became small; {} where there is none."""
    minimal = result.minimal
    if minimal is None:
        return {}
    steps = [{"tried": tried, "positions": left} for tried, left in minimal.steps]
    return {"charts": [dataclasses.asdict(c) for c in _charts(result, minimal)], "steps": steps}


def _charts(result: Result, minimal: Minimal) -> list[Chart]:
    positions = valid_positions(result.signature.inputs, minimal.example.feed)
    valid = by_output(result.signature, positions, minimal.expected)
    made: list[Chart] = []
    for name, other in result.pairs.items():
        if name not in minimal.expected or other not in minimal.actual:
            continue
        one, two = minimal.expected[name], minimal.actual[other]
        placed = next((f for f in minimal.findings if getattr(f, "output", None) == name), None)
        index = getattr(placed, "index", ()) or (0,) * one.ndim
        allowed = getattr(placed, "allowed", None)
        if allowed is None:
            allowed = _allowed(result, name)
        drawn = chart(name, one, two, index=index, allowed=allowed, valid=valid.get(name),
                      label=minimal.example.label)  # fmt: skip
        made += [] if drawn is None else [drawn]
    return made[:_CHARTS]


def _allowed(result: Result, output: str) -> float:
    """Of an output that this feed has no finding of: what its worst feed may be off by."""
    known = (m.allowed for m in result.verdict.worst if m.output == output and m.region in COUNTED)
    return next(known, 0.0)
