"""Whether columns of a scale of their own agree at that scale."""

from collections.abc import Iterator

import numpy as np

from parity.compare.columns import Axis, differences
from parity.compare.noticed import ColumnDiffers
from parity.compare.rounding import EPSILON, WITHIN
from parity.model.tensors import Array, Outputs
from parity.verify.checks import Ran, Said
from parity.verify.sides import Outcome


def after(ran: Ran) -> Said:
    """A finding for each output with a column that is off by more than its own values allow.

    Not for INT8, which quantises a layer's columns together. Not where something was found.
    """
    found = ran.search.found
    if found.failing or ran.request.family == "int8":
        return Said()
    worst: dict[str, ColumnDiffers] = {}
    for example in found.narrow.at:
        outcome = ran.sides.evaluate(example)
        if outcome.refused is not None or not outcome.actual:
            continue
        for finding in _judged(ran, outcome):
            known = worst.get(finding.output)
            if known is None or finding.max_abs / finding.allowed > known.max_abs / known.allowed:
                worst[finding.output] = finding
    return Said(tuple(worst.values()))


def _judged(ran: Ran, outcome: Outcome) -> Iterator[ColumnDiffers]:
    found = ran.search.found
    columns = found.narrow.columns
    actual, valid = ran.sides.named(outcome.actual), ran.sides.valid(outcome)
    changes: Outputs | None = None
    for name, seen in found.power.outputs.items():
        for axis, own in columns.apart(name, seen.allowed).items():
            held = columns.axes[name, axis]
            allowed = held.allowed(columns.tolerance)
            off = differences(outcome.expected[name], actual[name], valid.get(name))
            for column in own:
                part = off.take(column, axis)
                worst = float(np.nanmax(part, initial=0.0))
                if worst <= allowed[column]:
                    continue
                if changes is None:
                    changes = _changes(ran, outcome)
                if worst <= WITHIN * _noise(changes.get(name), held, axis, column, off):
                    continue
                place = np.unravel_index(int(np.nanargmax(part)), part.shape)
                index = tuple(int(i) for i in np.insert(np.array(place, int), axis, column))
                yield ColumnDiffers(
                    name, index, float(outcome.expected[name][index]), float(actual[name][index]),
                    worst, float(allowed[column]), column, axis, float(held.largest[column]),
                    seen.magnitude,
                )  # fmt: skip


def _changes(ran: Ran, outcome: Outcome) -> Outputs:
    """What rounding does to each element; nothing where that can't be measured."""
    return ran.sides.named(ran.sides.arbiter.noise.of(outcome.example.feed) or {})


def _noise(changes: Array | None, held: Axis, axis: int, column: int, off: Array) -> float:
    least = float(EPSILON * held.largest[column])
    if changes is None or changes.shape != off.shape:
        return least
    return max(least, float(changes.take(column, axis).max(initial=0.0)))
