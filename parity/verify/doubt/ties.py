"""Ask the reference for its scores where a candidate names another index."""

import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from parity import temporary
from parity.compare.findings import Finding, PaddingDiffers, ValuesDiffer
from parity.compare.ties import doubtful, tied, undecided
from parity.compare.tolerance import Tolerance
from parity.compare.values import BoolArray
from parity.engines import EngineInfo
from parity.errors import ParityError
from parity.model.formats.read import graph_of
from parity.model.graph import Graph
from parity.model.rules.selection import Selection, Threshold, behind, direct, thresholds
from parity.model.tensors import Array, Feed, Outputs
from parity.verify.doubt.question import Answer, Question
from parity.verify.reference import shared, worker_of
from parity.verify.request import Side
from parity.workers.worker import Worker


class Ties:
    """The reference with its scores as further outputs, loaded when it is first asked.

    tied: by output how many indices were ties. feeds: by output how many feeds have rows that were
    left out, since rounding settles what is selected there. cause: why it can't be asked; ""
    where it can.
    """

    def __init__(self, side: Side, tolerance: Tolerance, timeouts: Mapping[str, float]) -> None:
        self._side = side
        self._tolerance = tolerance
        self._timeouts = timeouts
        self._left = contextlib.ExitStack()
        self._worker: Worker | None = None
        self._names: dict[str, str] = {}
        self._direct: dict[str, Selection] = {}
        self._behind: dict[str, tuple[Selection, ...]] = {}
        self._thresholds: dict[str, Threshold] = {}
        self._constants: dict[str, Array] = {}
        self._looked = False
        self.tied: dict[str, int] = {}
        self.feeds: dict[str, int] = {}
        self.cause = ""

    def close(self) -> None:
        """End the process, if there is one."""
        if self._worker is not None:
            self._worker.close()
        self._left.close()

    def answer(self, question: Question, given: Answer) -> Answer:
        """The comparison without what ties explain."""
        self._look()
        outputs = _of_values(given.comparison.findings)
        asked = [
            name
            for name in outputs
            if name in self._direct or name in self._thresholds or self._behind.get(name)
        ]
        if not asked:
            return given
        scores = self._scores(question.example.feed)
        if scores is None:
            return given
        expected, actual = given.expected, question.actual
        masks = {name: self._mask(name, expected, actual, scores) for name in asked}
        there = {name: mask for name, mask in masks.items() if mask is not None and mask.any()}
        if not there:
            return given
        patched = {
            name: np.where(mask, expected[name], actual[name]) for name, mask in there.items()
        }
        again = question.against(expected, {**actual, **patched})
        if not again.findings:
            for name, mask in there.items():
                self._count(name, mask)
        return Answer(expected, again)

    def _mask(
        self, name: str, expected: Outputs, actual: Outputs, scores: Mapping[str, Array]
    ) -> BoolArray | None:
        """Where an output may be another."""
        mine = actual.get(name)
        if mine is None or mine.shape != expected[name].shape:
            return None
        selection = self._direct.get(name)
        if selection is not None:
            of = scores[selection.scores]
            return tied(expected[name], mine, of, selection.axis, self._tolerance)
        threshold = self._thresholds.get(name)
        if threshold is not None:
            left, right = (self._operand(n, scores) for n in (threshold.left, threshold.right))
            return undecided(left, right, mine.shape, self._tolerance)
        rows = self._doubtful(name, expected, actual, scores)
        if rows is None or not expected[name].ndim or len(rows) != len(expected[name]):
            return None
        shaped = rows.reshape((-1,) + (1,) * (mine.ndim - 1))
        return np.array(np.broadcast_to(shaped, mine.shape))

    def _operand(self, name: str, scores: Mapping[str, Array]) -> Array:
        constant = self._constants.get(name)
        return scores[name] if constant is None else constant

    def _doubtful(
        self, name: str, expected: Outputs, actual: Outputs, scores: Mapping[str, Array]
    ) -> BoolArray | None:
        """Rows in which something that an output depends on is settled by rounding."""
        found: BoolArray | None = None
        for selection in self._behind[name]:
            rows = doubtful(scores[selection.scores], selection.axis, selection.count)
            for output, other in self._direct.items():
                if other == selection and output in actual:
                    rows = _either(rows, self._flipped(output, expected, actual, scores))
            found = _either(found, rows)
        return found

    def _flipped(
        self, output: str, expected: Outputs, actual: Outputs, scores: Mapping[str, Array]
    ) -> BoolArray | None:
        """Rows in which the two sides chose otherwise among ties."""
        mask = self._mask(output, expected, actual, scores)
        if mask is None or not mask.ndim:
            return None
        return np.asarray(mask.reshape(len(mask), -1).any(axis=1))

    def _count(self, name: str, mask: BoolArray) -> None:
        if name in self._direct or name in self._thresholds:
            self.tied[name] = self.tied.get(name, 0) + int(mask.sum())
        else:
            self.feeds[name] = self.feeds.get(name, 0) + 1

    def _look(self) -> None:
        """Read once what selects."""
        if self._looked:
            return
        self._looked = True
        graph: Graph = graph_of(self._side.model.program)
        self._direct = direct(graph)
        self._thresholds = thresholds(graph)
        self._constants = {n: np.asarray(a) for n, a in graph.constants.items()}
        others = [spec.name for spec in graph.outputs if spec.name not in self._direct]
        self._behind = {name: behind(graph, name) for name in others}

    def _scores(self, feed: Feed) -> dict[str, Array] | None:
        """The reference's scores by tensor; None where they can't be had."""
        if self.cause:
            return None
        try:
            worker = self._open()
        except (ParityError, OSError, ValueError, KeyError, TypeError) as error:
            self.cause = f"{type(error).__name__}: {error}"
            return None
        result = worker.run(feed).result
        if not isinstance(result, Mapping):
            self.cause = str(result)
            return None
        return {tensor: np.array(result[name]) for tensor, name in self._names.items()}

    def _open(self) -> Worker:
        if self._worker is not None:
            return self._worker
        # Here, and not above: it reads and writes whole files.
        from parity.model.parts.tapped import tapped

        selections = [
            *self._direct.values(),
            *(s for found in self._behind.values() for s in found),
        ]
        operands = [n for t in self._thresholds.values() for n in (t.left, t.right)]
        wanted = [s.scores for s in selections]
        wanted += [name for name in operands if name not in self._constants]
        wanted = list(dict.fromkeys(wanted))
        folder = self._left.enter_context(temporary.folder(Path(tempfile.gettempdir())))
        model, made = tapped(self._side.model, wanted, folder)
        self._names = dict(zip(wanted, made, strict=True))
        worker = worker_of(replace(self._side, model=model), shared(), self._timeouts)
        self._worker = worker
        worker.start()
        ready = worker.ready()
        if not isinstance(ready, EngineInfo):
            raise ParityError(f"the reference doesn't load with its scores as outputs: {ready}")
        return worker


def _either(one: BoolArray | None, other: BoolArray | None) -> BoolArray | None:
    if one is None or other is None:
        return other if one is None else one
    return one | other if one.shape == other.shape else one


def _of_values(findings: Sequence[Finding]) -> list[str]:
    found = [f.output for f in findings if isinstance(f, ValuesDiffer | PaddingDiffers)]
    return list(dict.fromkeys(found))
