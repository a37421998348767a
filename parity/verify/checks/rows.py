"""A row alone against the same row in a batch, and the same feed twice.

A network that takes rows one by one answers a row alike, whatever lies beside it. Wide tolerances
hide one that doesn't; the candidate against itself needs no wide tolerance. Judged by the
reference: where its own rows depend on each other, so may the candidate's. Dynamic INT8 scales
its activations by the batch, so its rows move by design: as far as those of parity's own file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from parity.compare.findings import CandidateFailed, Finding
from parity.compare.lowered import RepeatDiffers, RowDepends
from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.compare.values import Measured, measure
from parity.inputs import Example
from parity.model.precisions import COMPUTED
from parity.model.tensors import Array, Outputs
from parity.model.validity import by_output, valid_positions
from parity.verify.checks import Ran, Said, asking
from parity.verify.checks.own import Own

BATCHES = 4
"""Batches taken apart: short and long, of rows of one length and of several."""

TWICE = 2.0  # both answers are off by rounding

BEYOND = 3.0
"""How many times further than the reference's, or parity's own file's, a row may move."""


class _Row(NamedTuple):
    """One output of one row: how far it moved between its batch and alone, in the candidate.

    off: elements that moved by more than rounding.
    """

    feed: str
    row: int
    moved: Measured
    off: int


@dataclass
class _Moves:
    """What was seen. reference, own: the furthest that an output's row moved there."""

    rows: int = 0
    seen: list[_Row] = field(default_factory=list)
    reference: dict[str, float] = field(default_factory=dict)
    own: dict[str, float] = field(default_factory=dict)
    mixing: set[str] = field(default_factory=set)
    repeated: dict[str, Finding] = field(default_factory=dict)
    failed: list[Finding] = field(default_factory=list)


def after(ran: Ran) -> Said:
    """Findings for each output of which a row depends on its batch, or a repetition on luck."""
    # INT8's rows move by design; parity's own file, where it is loaded, says how far.
    return Said() if ran.request.family == "int8" else bounded(ran, None)


def bounded(ran: Ran, own: Own | None) -> Said:
    """The same, for INT8 by how far the rows of parity's own file move."""
    every = ran.plan.boundary()
    batches = [example for example in every if asking.rows_of(example, ran.signature) > 1]
    chosen = asking.spaced(asking.short(batches), BATCHES)
    return _Rows(ran, own).said(chosen) if chosen else Said()


class _Rows:
    def __init__(self, ran: Ran, own: Own | None) -> None:
        self.ran, self.own = ran, own
        self.names: Mapping[str, str] = ran.sides.pairing.names if ran.sides.pairing else {}
        self.tolerance = _tolerance(ran)
        self.moves = _Moves()

    def said(self, chosen: list[Example]) -> Said:
        for example in chosen:
            self._batch(example)
        moves = self.moves
        if not moves.rows:
            none = ("rows: none could be compared alone with its batch",)
            return Said(tuple(moves.failed[:1]), (), none)
        findings = (*moves.failed[:1], *self._dependent(), *moves.repeated.values())
        most = max((seen.moved.max_abs for seen in moves.seen), default=0.0)
        line = (
            f"rows: {moves.rows} alone as in their {len(chosen)} batches, moved by {most:.2g} at "
            f"most, the reference's by {max(moves.reference.values(), default=0.0):.2g}"
        )
        if moves.own:
            line += f", those of parity's own file by {max(moves.own.values()):.2g}"
        notes = [line] if moves.seen else []
        if moves.mixing:
            notes.append(
                "rows: the reference's own depend on each other, so they weren't compared alone: "
                f"{', '.join(sorted(moves.mixing))}"
            )
        return Said(findings, (), tuple(notes))

    def _batch(self, example: Example) -> None:
        """One batch, its rows alone, and the batch again."""
        actual = asking.candidate(self.ran, example.feed)
        expected = asking.reference(self.ran, example)
        own = self.own.answer(example.feed) if self.own else None
        if actual is None or expected is None:
            return
        for row, single in enumerate(asking.alone(example, self.ran.signature)):
            self._single(single, row, actual, expected, own)
        again = asking.candidate(self.ran, example.feed)
        for name, first in actual.items():
            if again is None or name not in again or first.dtype.kind != "f":
                continue
            moved, findings = measure(name, first, again[name], tolerance=self.tolerance)
            if findings:
                self.moves.repeated.setdefault(
                    name, _finding(RepeatDiffers, moved, findings, example)
                )

    def _single(
        self, single: Example, row: int, actual: Outputs, expected: Outputs, own: asking.Answer
    ) -> None:
        alone = asking.candidate(self.ran, single.feed)
        wanted = asking.reference(self.ran, single)
        if wanted is None:
            return  # what the reference refuses is no input
        if alone is None:
            # Both again, as any example: it says how the candidate fails, and starts it anew.
            failed = self.ran.sides.evaluate(single).findings
            self.moves.failed += [f for f in failed if isinstance(f, CandidateFailed)][:1]
            return
        self.moves.rows += 1
        reference = self._moved(single, row, expected, wanted, wanted)
        candidate = self._moved(single, row, self._named(actual), self._named(alone), wanted)
        for name, (moved, findings) in reference.items():
            _keep(self.moves.reference, name, moved.max_abs)
            if findings:
                self.moves.mixing.add(name)
        for moved, findings in candidate.values():
            count = sum(getattr(f, "count", 0) for f in findings)
            self.moves.seen.append(_Row(single.label, row, moved, count))
        ours = self.own.answer(single.feed) if self.own and own else None
        if own and ours:
            for name, (moved, _) in self._moved(
                single, row, self._named(own), self._named(ours), wanted
            ).items():
                _keep(self.moves.own, name, moved.max_abs)

    def _named(self, outputs: Outputs) -> dict[str, Array]:
        return {name: outputs[a] for name, a in self.names.items() if a in outputs}

    def _moved(
        self, single: Example, row: int, batch: Outputs, alone: Outputs, wanted: Outputs
    ) -> dict[str, tuple[Measured, list[Finding]]]:
        """By output, how far the row in its batch is from itself alone, where it counts."""
        signature = self.ran.signature
        valid = by_output(signature, valid_positions(signature.inputs, single.feed), wanted)
        found = {}
        for name, array in alone.items():
            whole = batch.get(name)
            if whole is None or array.dtype.kind != "f" or array.shape != (1, *whole.shape[1:]):
                continue
            if name not in wanted or array.shape != wanted[name].shape:
                continue  # that is found already; which positions count can't be told
            where = _where(valid.get(name), array.shape)
            found[name] = measure(
                name, array, whole[row : row + 1], tolerance=self.tolerance, where=where,
                region="all" if where is None else "valid",
            )  # fmt: skip
        return {n: (m, f) for n, (m, f) in found.items() if m.elements or m.matched}

    def _dependent(self) -> list[Finding]:
        """Of each output the row that moved furthest, if that is further than it may."""
        worst: dict[str, _Row] = {}
        for seen in self.moves.seen:
            known = worst.get(seen.moved.output)
            if known is None or seen.moved.max_abs > known.moved.max_abs:
                worst[seen.moved.output] = seen
        found: list[Finding] = []
        for name, seen in worst.items():
            allowed = self._allowed(name, seen.moved)
            if name in self.moves.mixing or allowed is None or not seen.moved.max_abs > allowed:
                continue
            m = seen.moved
            found.append(
                RowDepends(
                    name, (seen.row, *m.index[1:]), m.expected, m.actual, m.max_abs, allowed,
                    max(1, seen.off), m.elements, seen.feed, seen.row,
                    max(self.moves.reference.get(name, 0.0), self.moves.own.get(name, 0.0)),
                )
            )  # fmt: skip
        return found

    def _allowed(self, name: str, moved: Measured) -> float | None:
        rounding = max(TWICE * moved.allowed, BEYOND * self.moves.reference.get(name, 0.0))
        if self.ran.request.family != "int8":
            return rounding
        return max(rounding, BEYOND * self.moves.own[name]) if name in self.moves.own else None


def _tolerance(ran: Ran) -> Tolerance:
    """Of a candidate against itself: rounding of FP32, unless its engine computes in less."""
    provider = ran.request.candidate.options.get("provider", "cpu")
    lowered = ran.request.family != "fp32" and ran.request.precision not in COMPUTED
    return DEFAULTS["fp32"] if lowered and provider == "cpu" else ran.request.tolerance


def _where(
    valid: Array | None, shape: tuple[int, ...]
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None:
    if valid is None:
        return None
    return np.broadcast_to(valid.reshape(valid.shape + (1,) * (len(shape) - valid.ndim)), shape)


def _keep(furthest: dict[str, float], name: str, moved: float) -> None:
    furthest[name] = max(furthest.get(name, 0.0), moved)


def _finding(
    kind: type[RepeatDiffers], moved: Measured, findings: list[Finding], example: Example
) -> RepeatDiffers:
    count = sum(getattr(f, "count", 0) for f in findings)
    return kind(
        moved.output, moved.index, moved.expected, moved.actual, moved.max_abs, moved.allowed,
        max(1, count), moved.elements, example.label,
    )  # fmt: skip
