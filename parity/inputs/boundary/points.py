"""Boundary feeds for numbers beside the words: each value that the graph names."""

import math
from collections.abc import Sequence

import numpy as np

from parity.inputs._source import Choice
from parity.inputs.numbers import values as _values
from parity.model.spec import Columns, Image, Indices, TensorSpec, TokenIds, Values

_MOST_FEEDS = 64
_SMALL = 64  # values of which all are fed
_REPEATED = 16
_MODES = ("low", "high", "ramp", "noise")

Answers = dict[str, Sequence[Choice]]


def answers(specs: Sequence[TensorSpec], rows: int) -> list[tuple[str, Answers]]:
    """Labels, and the answers that put these values into an input.

    rows: elements of each that differ in one feed, at least; the batch.
    """
    made: list[tuple[str, Answers]] = []
    for spec in specs:
        values = _wanted(spec)
        table = _values.table(spec) if values else np.empty(0)
        whole = not values or _values.of(spec).whole
        mode = _values.MODES.index("elements")
        for part, start in enumerate(range(0, len(values), max(1, rows))):
            if part == _MOST_FEEDS:
                break
            codes = [_code(table, v) for v in values[start : start + rows]]
            # A float may be held against its number in one entry of an axis only.
            codes *= 1 if whole else _REPEATED
            made.append(
                (
                    f"{spec.name}, values that matter, part {part + 1}",
                    {f"{spec.name} mode": [mode], f"{spec.name} elements": [bytes(codes)]},
                )
            )
    return made


def _code(table: np.ndarray[tuple[int], np.dtype[np.float64]], value: float) -> int:
    there = np.isnan(table) if math.isnan(value) else table == value
    return int(np.flatnonzero(there)[0])


def varied(specs: Sequence[TensorSpec], seed: int) -> Answers:
    """Answers that fill the numbers among these inputs with all that they may hold.

    A feed that is there for its length shows them on the way: whole ones always, others by turns,
    since zeros are worth a look, too.
    """
    numbers = [
        s for s in specs if isinstance(s.domain, TokenIds | Values | Columns | Indices | None)
    ]
    found: Answers = {}
    for spec in numbers:
        if seed % 3 or _values.of(spec).whole:
            found[f"{spec.name} mode"] = [_values.MODES.index("noise")]
            found[f"{spec.name} seed"] = [seed % 256]
    return found


def ways(specs: Sequence[TensorSpec]) -> list[tuple[str, Answers]]:
    """Labels, and the answers that fill all these inputs in one way."""
    made: list[tuple[str, Answers]] = []
    for turn, mode in enumerate(_MODES if specs else ()):
        found: Answers = {}
        for spec in specs:
            if isinstance(spec.domain, Image):  # has ways of its own
                found |= _values.look(spec, turn, 1)[1]
                continue
            found[f"{spec.name} mode"] = [_values.MODES.index(mode)]
            if mode == "noise":
                found[f"{spec.name} seed"] = [1]
        made.append((f"the other inputs, {mode}", found))
    return made


def _wanted(spec: TensorSpec) -> list[float]:
    """The values to feed for certain that the bytes of single elements can stand for."""
    if not isinstance(spec.domain, TokenIds | Values):
        return []
    rule = _values.of(spec)
    if not rule.whole:
        there = {*_values.table(spec).tolist()}
        return [p for p in rule.points if p in there or math.isnan(p)]
    wanted = set(rule.points)
    if rule.high - rule.low < _SMALL:
        wanted |= set(map(float, range(int(rule.low), int(rule.high) + 1)))
    return sorted(wanted & set(_values.table(spec).tolist()))
