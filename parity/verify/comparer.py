"""How the answers to one example are compared: positions that count, names, what a user sees."""

from collections.abc import Mapping

from parity.compare.outputs import Comparison, compare
from parity.compare.tolerance import DEFAULTS
from parity.compare.values import BoolArray
from parity.inputs import Example
from parity.model.spec import Signature
from parity.model.tensors import Outputs
from parity.model.validity import by_output, valid_positions
from parity.verify.answers import Judge
from parity.verify.doubt.question import Question
from parity.verify.request import Request
from parity.verify.task import task_of


class Comparer:
    """Compares by the request's tolerance and task, once it is known which output is which.

    signature: the reference's. names: candidate's output name by reference's.
    """

    def __init__(self, request: Request, signature: Signature, names: Mapping[str, str]) -> None:
        self._tolerance = request.tolerance
        self._judge = _judge(request)
        self._signature = signature
        self._names = names

    def numbers(self, example: Example, expected: Outputs, actual: Outputs) -> Comparison:
        """The candidate against the reference."""
        return compare(
            expected,
            actual,
            names=self._names,
            tolerance=self._tolerance,
            valid=self.valid(example, expected),
        )

    def itself(self, example: Example, one: Outputs, other: Outputs) -> Comparison:
        """Two answers of the reference, at FP32's tolerance."""
        return compare(
            one,
            other,
            names={name: name for name in self._names},
            tolerance=DEFAULTS["fp32"],
            valid=self.valid(example, one),
        )

    def named(self, outputs: Outputs) -> Outputs:
        """The candidate's arrays by the reference's names."""
        return {e: outputs[a] for e, a in self._names.items() if a in outputs}

    def valid(self, example: Example, expected: Outputs) -> Mapping[str, BoolArray]:
        """Which positions of each output count, where some may not."""
        positions = valid_positions(self._signature.inputs, example.feed)
        return by_output(self._signature, positions, expected)

    def judged(
        self, example: Example, expected: Outputs, actual: Outputs, numbers: Comparison
    ) -> Comparison:
        """The comparison with what a user sees, if there is a task."""
        if self._judge is None:
            return numbers
        return self._judge.judge(example, expected, self.named(actual), numbers)

    def question(
        self,
        example: Example,
        expected: Outputs,
        actual: Outputs,
        numbers: Comparison,
        usual: Mapping[str, float],
    ) -> Question:
        """What an arbiter needs to look at this again. usual: magnitudes of the outputs."""
        return Question(
            example,
            expected,
            numbers,
            lambda reference: self.numbers(example, reference, actual),
            lambda one, other: self.itself(example, one, other),
            self.named,
            lambda reference: self.valid(example, reference),
            usual,
            self.named(actual),
            lambda reference, named: self.numbers(
                example, reference, {a: named[e] for e, a in self._names.items() if e in named}
            ),
        )


def _judge(request: Request) -> Judge | None:
    task = task_of(request)
    if task is None:
        return None
    recorded = {r.text: r for r in request.golden}
    return Judge(task, request.tolerance, request.confidence, recorded, request.golden_confidence)
