"""One answer of a server against the reference's."""

from dataclasses import dataclass

import numpy as np

from parity.answering.forms import Reply
from parity.compare.answers import AnswerDiffers, ConfidenceDiffers
from parity.compare.tolerance import Tolerance
from parity.errors import CaseError
from parity.gate.asking import Answered
from parity.model.tensors import Outputs
from parity.tasks import Offsets, Task


@dataclass(frozen=True)
class Judge:
    """tolerance: of the outputs, by which an answer is a tie. names: of the model's outputs.

    confidence: how far the probability of a label may move.
    """

    task: Task
    tolerance: Tolerance
    confidence: float
    names: tuple[str, ...]

    def judge(
        self, mine: Answered, reply: Reply, offsets: Offsets
    ) -> AnswerDiffers | ConfidenceDiffers | None:
        """In what they differ; a flip whose margin is no more than allowed is a tie.

        offsets: of the text's tokens.
        """
        if self.task.alike(mine.answer.shown, reply.shown):
            return self._confidence(mine, reply)
        margin = self._loss(mine, reply, offsets)
        return AnswerDiffers(mine.text, mine.answer.shown, reply.shown, margin, self.allowed(mine))

    def allowed(self, mine: Answered) -> float:
        """Up to which margin a flip is a tie: twice what a logit may be off."""
        largest = float(np.abs(mine.logits).max(initial=0.0))
        return 2 * max(self.tolerance.atol, self.tolerance.rtol * largest)

    def _confidence(self, mine: Answered, reply: Reply) -> ConfidenceDiffers | None:
        expected, actual = mine.answer.confidence, reply.confidence
        if expected is None or actual is None or abs(expected - actual) <= self.confidence:
            return None
        label = mine.answer.shown[0]
        return ConfidenceDiffers(mine.text, label, expected, actual, self.confidence)

    def _loss(self, mine: Answered, reply: Reply, offsets: Offsets) -> float:
        """How much less the reference scores the reply.

        Infinite where it tells no decisions, or such as don't lead to what it says.
        """
        chosen = reply.decisions
        if chosen is None:
            return float("inf")
        try:
            read = self.task.answer(self._as_outputs(mine, chosen), 0, mine.text, offsets)
            if not self.task.alike(read.shown, reply.shown):
                return float("inf")
            outputs = self.task.unkept(mine.logits, list(self.names))
            return self.task.loss(outputs, 0, offsets, chosen)
        except (CaseError, IndexError):  # of another number of tokens
            return float("inf")

    def _as_outputs(self, mine: Answered, chosen: tuple[int, ...]) -> Outputs:
        """Outputs of which just these are read: one at each place, all others zero."""
        made = np.zeros_like(mine.logits)
        rows = made[None] if made.ndim == 1 else made[1:]  # no rule reads [CLS]
        if len(rows) != len(chosen) or min(chosen, default=0) < 0:
            raise IndexError
        rows[np.arange(len(rows)), list(chosen)] = 1
        return self.task.unkept(made, list(self.names))
