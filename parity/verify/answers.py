"""Whether a user sees the same: the answers of both sides, text by text."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from parity.compare.answers import (
    AnswerDiffers,
    ConfidenceDiffers,
    DirectionDiffers,
    GoldenDiffers,
)
from parity.compare.findings import (
    DtypeDiffers,
    Finding,
    NonFiniteDiffers,
    NothingCompared,
    ShapeDiffers,
    severity,
)
from parity.compare.outputs import Comparison
from parity.compare.tolerance import Tolerance
from parity.compare.values import COUNTED
from parity.compare.verdict import Tally
from parity.inputs import BEYOND, Example
from parity.inputs.feeds import OWN
from parity.model.tensors import Outputs
from parity.tasks import Answer, Offsets, Task
from parity.verify.request import Recorded, Request

GOLDEN = "golden"
"""With what the labels of examples made of recorded texts begin."""


@dataclass(frozen=True)
class Judge:
    """Compares answers.

    task: decodes. tolerance: of the outputs; it decides what is a tie.
    confidence: how far the probability of a label may move from the reference's.
    golden: recorded answers by text. golden_confidence: how far the reference's
    probability may be from the recorded one.
    """

    task: Task
    tolerance: Tolerance
    confidence: float
    golden: Mapping[str, Recorded] = field(default_factory=dict)
    golden_confidence: float = 1e-5

    def judge(
        self, example: Example, expected: Outputs, actual: Outputs, comparison: Comparison
    ) -> Comparison:
        """The comparison with its answers; unchanged where there are none to compare.

        actual bears the reference's names. For a task that reads texts an example without
        texts has no answers; nor has one whose outputs differ in structure or in NaN.
        """
        if not _decodable(comparison):
            return comparison
        asked = subjects(self.task, example, expected)
        if not asked:
            return comparison
        if example.label.startswith(BEYOND) and not _finite(self.task, expected):
            return comparison  # fed a NaN, a healthy model answers with some
        margin = 2 * self._allowed(comparison, expected)
        recorded = self.golden if example.label.startswith((GOLDEN, OWN)) else {}
        findings: list[Finding] = []
        flips: list[AnswerDiffers] = []
        for row, (text, offsets) in enumerate(asked):
            mine = self.task.answer(expected, row, text, offsets)
            other = self.task.answer(actual, row, text, offsets)
            if text in recorded:
                findings += self._recorded(recorded[text], mine, expected, offsets)
            findings += self._direction(text, expected, actual, row, offsets)
            # A decision of which nobody sees anything is judged by its values alone.
            if self.task.alike(mine.shown, other.shown):
                findings += self._confidence(text, mine, other)
                continue
            loss = self.task.loss(expected, row, offsets, other.decisions)
            flip = AnswerDiffers(text, mine.shown, other.shown, loss, margin)
            if loss <= margin:
                flips.append(flip)
                continue
            findings.append(flip)
            if text in recorded and not self.task.alike(recorded[text].shown, other.shown):
                findings.append(_drift("candidate", recorded[text], other, loss))
        return replace(
            comparison,
            findings=tuple(sorted([*comparison.findings, *findings], key=severity)),
            answers=len(asked),
            ties=len(flips),
            flips=tuple(flips),
        )

    def _recorded(
        self, recorded: Recorded, answer: Answer, outputs: Outputs, offsets: Offsets
    ) -> list[Finding]:
        """The reference's answer against the recorded one."""
        before, now = recorded.confidence, answer.confidence
        same = self.task.alike(recorded.shown, answer.shown)
        if before is not None and now is not None:
            same = same and abs(before - now) <= self.golden_confidence
        if same:
            return []
        return [_drift("reference", recorded, answer, self._margin(recorded, answer, outputs,
                                                                   offsets))]  # fmt: skip

    def _margin(
        self, recorded: Recorded, answer: Answer, outputs: Outputs, offsets: Offsets
    ) -> float | None:
        """How much less the recorded logits score the answer of today than that of then."""
        if recorded.logits is None or self.task.alike(recorded.shown, answer.shown):
            return None
        then = self.task.unkept(recorded.logits, list(outputs))
        return self.task.loss(then, 0, offsets, answer.decisions)

    def _confidence(self, text: str, mine: Answer, other: Answer) -> list[Finding]:
        if mine.confidence is None or other.confidence is None:
            return []
        if abs(mine.confidence - other.confidence) <= self.confidence:
            return []
        label = mine.shown[0] if mine.shown else ""
        return [ConfidenceDiffers(text, label, mine.confidence, other.confidence, self.confidence)]

    def _direction(
        self, text: str, expected: Outputs, actual: Outputs, row: int, offsets: Offsets
    ) -> list[Finding]:
        found = self.task.agreement(expected, actual, row, offsets)
        if found is None or found[0] >= found[1]:
            return []
        return [DirectionDiffers(text, *found)]

    def _allowed(self, comparison: Comparison, expected: Outputs) -> float:
        """The most that a valid element of the decoded outputs may be off by."""
        names = self.task.outputs(list(expected))
        return max(self._allowed_in(name, comparison, expected) for name in names)

    def _allowed_in(self, name: str, comparison: Comparison, expected: Outputs) -> float:
        if self.tolerance.rule == "elementwise":
            # By element: what the largest may. A flip that this lets through is off by value.
            array = np.abs(expected[name].astype(np.float64))
            largest = float(array[np.isfinite(array)].max(initial=0.0))
            return self.tolerance.atol + self.tolerance.rtol * largest
        return max(
            (m.allowed for m in comparison.measured
             if m.output == name and m.region in COUNTED),
            default=0.0,
        )  # fmt: skip


def subjects(task: Task, example: Example, outputs: Outputs) -> list[tuple[str, Offsets]]:
    """What each row of an example is called, and its tokens; none where there is no answer.

    A row that is no text has the name of the user's file it comes from, or of its example.
    """
    if task.reads_texts:
        return list(zip(example.texts or (), example.offsets or (), strict=True))
    rows = task.rows(outputs)
    name = example.label.removeprefix(OWN).strip()
    return [(name if rows == 1 else f"{name} [{i}]", ()) for i in range(rows)]


def unanswered(request: Request, tally: Tally, *, plan: str) -> list[Finding]:
    """Answers that should have been compared and weren't: without them there is no agreement.

    plan: the kind of the inputs.
    """
    if request.task is None or tally.answers:
        return []
    cause = f"{plan} inputs held no text, which is what {request.task.name} answers"
    return [NothingCompared("answers", cause)]


def _drift(side: str, recorded: Recorded, now: Answer, margin: float | None) -> GoldenDiffers:
    before = recorded.confidence
    return GoldenDiffers(
        side, recorded.text, recorded.shown, now.shown, margin, before,
        now.confidence if before is not None else None,
    )  # fmt: skip


def _finite(task: Task, expected: Outputs) -> bool:
    """Whether the reference answers with numbers alone."""
    read = [expected[name] for name in task.outputs(tuple(expected)) if name in expected]
    return all(bool(np.isfinite(a).all()) for a in read if np.issubdtype(a.dtype, np.floating))


def _decodable(comparison: Comparison) -> bool:
    # A NaN or a shape is the finding; what a decoder makes of it says no more.
    return comparison.elements > 0 and not any(
        isinstance(f, NonFiniteDiffers | ShapeDiffers | DtypeDiffers) for f in comparison.findings
    )
