"""Ask the reference again before a candidate is blamed.

Three things may be apart without any fault of the candidate: the reference's optimised kernels
from its own plain ones, a reference that remembers earlier feeds from a fresh one, and two orders
of adding the same numbers. Plain kernels define the model; what default ones answer otherwise is
said. Only what is off from the plain kernels, and by more than rounding, is a finding.
"""

from collections.abc import Mapping
from dataclasses import replace

from parity.compare.findings import (
    DtypeDiffers,
    Finding,
    NonFiniteDiffers,
    PaddingDiffers,
    ShapeDiffers,
    ValuesDiffer,
)
from parity.compare.outputs import Comparison
from parity.compare.rounding import beyond, excuse
from parity.compare.warned import ReferenceDisagrees
from parity.engines import EngineInfo
from parity.inputs import Example
from parity.model.tensors import Outputs
from parity.verify.doubt.patience import Patience
from parity.verify.doubt.plain import plain_side, stored
from parity.verify.doubt.question import Answer, Question, figures, shown
from parity.verify.doubt.rounding import Noise
from parity.verify.doubt.ties import Ties
from parity.verify.reference import Fresh, Reference, shared, worker_of
from parity.verify.request import Request, Side
from parity.verify.result import keep
from parity.workers.failure import Failure

BORDERLINE = 10.0
"""Where rounding can't be measured, up to how many times the tolerance the reference's own two
answers may be apart and still pass for its rounding."""

_FRESH = 3
"""So many findings are shown to a reference that has seen no other feed, before one that answers
the same each time is believed to remember nothing."""

_BELIEVED = 6
"""So many findings that stood, and gross ones are not looked at again: the run has failed."""

_GROSS = 1000.0  # times the tolerance

_OF_NUMBERS = (ValuesDiffer, PaddingDiffers, NonFiniteDiffers, ShapeDiffers, DtypeDiffers)


class Arbiter:
    """Looks again at what was found, and remembers what it learned of the reference.

    plain: the reference with plain kernels; None where there is none, or its user chose.
    warning: that the reference disagrees with itself; disagreed: the first example on which its
    default kernels and its plain ones did. remembers: whether it must be new for
    each feed. thorough: ask of every finding, even when many like it have stood.
    """

    def __init__(self, request: Request, timeouts: Mapping[str, float]) -> None:
        plain = plain_side(request)
        self._fresh_side = plain or request.reference
        self._timeouts = dict(timeouts)
        self.plain = None if plain is None else stored(plain, timeouts)
        self.noise = Noise(request, timeouts)
        self.patience = Patience(request, timeouts)
        self.ties = Ties(self._fresh_side, request.tolerance, timeouts)
        self.warning: ReferenceDisagrees | None = None
        self.remembers = False
        self.disagreed: Example | None = None
        self._usable = True
        self._asked_fresh = 0
        self._stood = 0
        self.thorough = False
        self._seen = 0

    def close(self) -> None:
        """End the workers, if there are any."""
        if self.plain is not None:
            self.plain.close()
        self.noise.close()
        self.patience.close()
        self.ties.close()

    def answer(self, question: Question) -> Answer:
        """The comparison that holds."""
        return self._review(question) if question.comparison.findings else self._tiny(question)

    def _review(self, question: Question) -> Answer:
        self._seen += 1
        given = Answer(question.expected, question.comparison)
        if not all(isinstance(f, _OF_NUMBERS) for f in question.comparison.findings):
            return given
        if self._stood >= _BELIEVED and question.comparison.ratio > _GROSS and not self.thorough:
            return given
        answer = self.ties.answer(question, given)
        if answer.comparison.findings:
            answer = self._by_plain(question, given)
        if not answer.comparison.findings:
            return answer
        answer = self._by_rounding(question, answer)
        if answer.comparison.findings:
            answer = self._by_rounding(question, self.ties.answer(question, answer))
        if answer.comparison.findings:
            answer = self._by_patience(question, answer)
        if answer.comparison.findings:
            answer = self._by_fresh(question, answer)
        self._stood += bool(answer.comparison.findings)
        return answer

    def _tiny(self, question: Question) -> Answer:
        """The comparison with its noise; a finding where the tolerance passes what is none.

        What the default kernels of the reference are off by from its plain ones is theirs.
        """
        given = Answer(question.expected, question.comparison)
        changes = self.noise.of(question.example.feed)
        if changes is None:
            return given
        mine = self._judged(question, given, changes)
        if not mine.comparison.findings or self.warning is not None:
            return mine
        plain = self.ask_plain(question.example)
        if plain is None:
            return mine
        again = self._judged(question, Answer(plain, question.candidate(plain)), changes)
        return mine if again.comparison.findings else again

    def _judged(self, question: Question, answer: Answer, changes: Outputs) -> Answer:
        comparison = beyond(
            answer.comparison,
            question.named(changes),
            answer.expected,
            valid=question.valid(answer.expected),
            usual=question.usual,
        )
        return Answer(answer.expected, comparison)

    def rescued(self, example: Example, failure: Failure) -> Outputs | None:
        """What the plain kernels answer where the default ones fail; None where those do, too."""
        outputs = self.ask_plain(example)
        if outputs is not None:
            self.disagreed = self.disagreed or example
            self._disagree("", (), None, None, (
                f"the reference's default kernels fail on {example.label} ({failure}), and its "
                "plain ones don't: from there on the candidate is compared with those"
            ))  # fmt: skip
        return outputs

    def fresh(self) -> Reference:
        """A source of answers that is new for each feed."""
        return Fresh(self._reference(self._fresh_side).worker)

    def opened(self, failure: Failure) -> EngineInfo | None:
        """The plain kernels, loaded where the default ones don't; None if those don't, either."""
        if not self._plain_ready() or self.plain is None:
            return None
        self._disagree("", (), None, None, (
            f"the reference doesn't load with its default kernels ({failure}), and does with its "
            "plain ones: the candidate is compared with those"
        ))  # fmt: skip
        return self.plain.worker.info

    def ask_plain(self, example: Example) -> Outputs | None:
        """What the plain kernels answer; None where they fail, or there are none."""
        if not self._plain_ready() or self.plain is None:
            return None
        self.plain.submit(example)
        result = self.plain.collect().result
        return result if isinstance(result, Mapping) else None

    def _reference(self, side: Side) -> Reference:
        return Reference(worker_of(side, shared(), self._timeouts))

    def _plain_ready(self) -> bool:
        if self.plain is None or not self._usable:
            return False
        self.plain.start()
        self._usable = isinstance(self.plain.ready(), EngineInfo)
        return self._usable

    def _by_plain(self, question: Question, given: Answer) -> Answer:
        if self.warning is not None:  # it is the plain kernels' answer already
            return given
        plain = self.ask_plain(question.example)
        if plain is None:
            return given
        again = question.candidate(plain)
        apart = question.itself(question.expected, plain)
        stray = self._stray(question, apart, plain)
        if stray is not None:
            self._note(question, stray)
            return Answer(plain, again)
        if again.elements and not again.findings:
            return Answer(plain, replace(again, judged="plain"))
        return given

    def _by_rounding(self, question: Question, answer: Answer) -> Answer:
        changes = self.noise.of(question.example.feed)
        return Answer(
            answer.expected,
            self._excused(question, answer.comparison, answer.expected, changes),
        )

    def _by_patience(self, question: Question, answer: Answer) -> Answer:
        feed = question.example.feed
        changes = self.patience.of(feed, answer.comparison, self.noise.of(feed))
        excused = self._excused(question, answer.comparison, answer.expected, changes)
        if changes is not None and excused.findings:
            self.patience.stood()
        return Answer(answer.expected, excused)

    def _excused(
        self, question: Question, comparison: Comparison, expected: Outputs,
        changes: Outputs | None,
    ) -> Comparison:  # fmt: skip
        if changes is None:
            return comparison
        return excuse(
            comparison,
            question.named(changes),
            expected,
            valid=question.valid(expected),
            usual=question.usual,
        )

    def _by_fresh(self, question: Question, answer: Answer) -> Answer:
        """A kernel that remembers gives the first feed's answer for ever, plain or not."""
        if self.remembers or self._asked_fresh >= _FRESH or self._seen < 2:
            return answer
        self._asked_fresh += 1
        with self._reference(self._fresh_side) as fresh:
            fresh.start()
            if not isinstance(fresh.ready(), EngineInfo):
                return answer
            fresh.submit(question.example)
            result = fresh.collect().result
            if not isinstance(result, Mapping):
                return answer
            outputs = keep(result)
        # Against plain kernels that are not new, or against the default ones where those are all.
        known = None if self.warning is not None else self.ask_plain(question.example)
        before = answer.expected if known is None else known
        stray = self._stray(question, question.itself(before, outputs), outputs)
        if stray is None:
            if answer.comparison.ratio > _GROSS:
                # The run has failed, whatever a kernel does to other feeds.
                self._asked_fresh = _FRESH
            return answer
        self.remembers = True
        self._disagree(*figures(stray), (
            f"the reference answers {question.example.label} otherwise when it has seen no other "
            f"feed before ({stray}): a kernel remembers; from there on it is new for each feed"
        ))  # fmt: skip
        return Answer(outputs, question.candidate(outputs))

    def _stray(self, question: Question, apart: Comparison, plain: Outputs) -> Finding | None:
        """By what two answers of the reference are apart beyond rounding, if they are."""
        if not apart.findings:
            return None
        measured = self.noise.of(question.example.feed)
        if measured is None:
            values = all(isinstance(f, ValuesDiffer | PaddingDiffers) for f in apart.findings)
            return None if values and apart.ratio < BORDERLINE else apart.findings[0]
        left = self._excused(question, apart, plain, measured).findings
        return left[0] if left else None

    def _note(self, question: Question, stray: Finding) -> None:
        self.disagreed = self.disagreed or question.example
        output, index, default, plain = figures(stray)
        self._disagree(output, index, default, plain, (
            f"the reference disagrees with itself on {question.example.label}: its default "
            f"kernels against its plain ones, {shown(stray)}; the plain ones count, so the "
            "candidate is compared with those. Worth telling Paddle's maintainers"
        ))  # fmt: skip

    def _disagree(
        self, output: str, index: tuple[int, ...], default: float | None, plain: float | None,
        cause: str,
    ) -> None:  # fmt: skip
        if self.warning is None or self.remembers:
            self.warning = ReferenceDisagrees(output, index, default, plain, cause)
