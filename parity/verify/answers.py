"""Whether a user sees the same: the answers of both sides, text by text."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from parity.compare.answers import AnswerDiffers, ConfidenceDiffers, GoldenDiffers
from parity.compare.findings import (
    DtypeDiffers,
    Finding,
    NonFiniteDiffers,
    ShapeDiffers,
    severity,
)
from parity.compare.outputs import Comparison
from parity.inputs import Example
from parity.model.tensors import Outputs
from parity.tasks import Answer, Task
from parity.verify.request import Recorded

GOLDEN = "golden"
"""With what the labels of examples made of recorded texts begin."""


@dataclass(frozen=True)
class Judge:
    """Compares answers.

    task: decodes. confidence: how far the probability of a label may move.
    golden: recorded answers by text.
    """

    task: Task
    confidence: float
    golden: Mapping[str, Recorded] = field(default_factory=dict)

    def judge(
        self, example: Example, expected: Outputs, actual: Outputs, comparison: Comparison
    ) -> Comparison:
        """The comparison with its answers; unchanged where there are none to compare.

        actual bears the reference's names. An example without texts has no
        answers, nor has one whose outputs differ in structure or in NaN.
        """
        if example.texts is None or example.offsets is None or not self._decodable(comparison):
            return comparison
        margin = 2 * self._allowed(comparison, expected)
        findings: list[Finding] = []
        ties = 0
        for row, (text, offsets) in enumerate(zip(example.texts, example.offsets, strict=True)):
            mine = self.task.answer(expected, row, text, offsets)
            other = self.task.answer(actual, row, text, offsets)
            recorded = self.golden.get(text) if example.label.startswith(GOLDEN) else None
            if recorded is not None:
                findings += self._recorded("reference", recorded, mine, margin=0.0)
            if mine.shown == other.shown and mine.decisions == other.decisions:
                findings += self._confidence(text, mine, other)
                continue
            loss = self.task.loss(expected, row, offsets, other.decisions)
            if loss <= margin:
                ties += 1
            else:
                findings.append(AnswerDiffers(text, mine.shown, other.shown, loss, margin))
                if recorded is not None:
                    findings += self._recorded("candidate", recorded, other, margin=loss)
        return replace(
            comparison,
            findings=tuple(sorted([*comparison.findings, *findings], key=severity)),
            answers=len(example.texts),
            ties=ties,
        )

    def _recorded(
        self, side: str, recorded: Recorded, answer: Answer, *, margin: float
    ) -> list[Finding]:
        if answer.shown != recorded.shown:
            return [GoldenDiffers(side, recorded.text, recorded.shown, answer.shown, margin)]
        if recorded.confidence is None:
            return []
        before = Answer(recorded.shown, (), recorded.confidence)
        return self._confidence(recorded.text, before, answer)

    def _confidence(self, text: str, mine: Answer, other: Answer) -> list[Finding]:
        if mine.confidence is None or other.confidence is None:
            return []
        if abs(mine.confidence - other.confidence) <= self.confidence:
            return []
        label = mine.shown[0] if mine.shown else ""
        return [ConfidenceDiffers(text, label, mine.confidence, other.confidence, self.confidence)]

    def _decodable(self, comparison: Comparison) -> bool:
        # A NaN or a shape is the finding; what a decoder makes of it says no more.
        return comparison.elements > 0 and not any(
            isinstance(f, NonFiniteDiffers | ShapeDiffers | DtypeDiffers)
            for f in comparison.findings
        )

    def _allowed(self, comparison: Comparison, expected: Outputs) -> float:
        name = self.task.output or next(iter(expected))
        return max(
            (m.allowed for m in comparison.measured
             if m.output == name and m.region != "padding"),
            default=0.0,
        )  # fmt: skip
