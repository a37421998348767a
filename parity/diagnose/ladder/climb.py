"""Climb: one question after the other, until one settles it."""

from collections.abc import Callable
from dataclasses import replace

from parity.diagnose.ladder import conversion, elsewhere, file, optimiser, reference
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.rung import Answer, Climbed, Rung, skipped
from parity.diagnose.ladder.turns import turn
from parity.diagnose.ladder.yardstick import Yardstick
from parity.model.formats.read import graph_of
from parity.model.tensors import Outputs
from parity.written.stretch import Stretch

_LEAST_S = 0.5
"""Less is not worth a process: starting one and importing ONNX Runtime takes as long."""

_IDLE = "no time was left for it"


def climb(failing: Failing, stretch: Stretch | None, budget_s: float) -> Climbed:
    """Whose fault it is that a candidate is off.

    stretch: of the candidate that is known to be guilty, with the reference's values; None asks
    the whole of it. budget_s: seconds; what doesn't fit in is not run, and says so. What is
    foreign runs in processes of its own.
    """
    return _Climb(failing, stretch, Clock(budget_s)).up()


class _Climb:
    def __init__(self, failing: Failing, stretch: Stretch | None, clock: Clock) -> None:
        self._failing, self._stretch, self._clock = failing, stretch, clock
        self._rungs: list[Rung] = []
        self._plain: Outputs | None = None  # what the candidate answers with nothing optimised
        self._itself = ""  # what is to be said of the reference, whoever else is to blame

    def up(self) -> Climbed:
        answer = self._reference()
        if answer is not None:
            return self._end(answer)
        yard = self._failing.yardstick()
        # Within the tolerance, and yet found wrong: by a verdict, or by the op itself.
        wrong = bool(self._failing.findings) or self._stretch is not None
        if yard is None or not (yard.beyond or wrong):
            return self._end(None)
        answer = self._first(yard)
        if answer is None and self._failing.request.family != "fp32":
            converted, fp32 = self._converted(yard)
            if converted.stage is not None:
                return self._end(converted)
            if fp32 is not None:  # what is wrong in FP32 as well is looked for there
                self._failing, self._stretch = fp32, None
                again = fp32.yardstick()
                answer = None if again is None else self._first(again)
                yard = again or yard
        return self._end(answer or self._last(yard))

    def _reference(self) -> Answer | None:
        """The answer where the reference alone is to blame; else what it says is kept."""
        asked = reference.climb(self._failing, self._clock)
        self._rungs.append(asked.answer.rung)
        if asked.answer.stage is None:
            return None
        if asked.expected is not None:  # from here on the plain kernels count, as in a verdict
            self._failing = replace(self._failing, expected=asked.expected)
        yard = self._failing.yardstick()
        if yard is None or not yard.beyond:
            return asked.answer
        self._itself = f" {asked.answer.sentence.replace('blamed: the', 'The', 1)}"
        return None

    def _first(self, yard: Yardstick) -> Answer | None:
        asked = self._timed(
            optimiser.NAME, lambda: optimiser.climb(self._failing, yard, self._clock)
        )
        self._plain = asked.outputs
        if asked.stage is None:
            return None
        return self._turned(asked, yard) or asked

    def _turned(self, optimised: Answer, yard: Yardstick) -> Answer | None:
        """The conversion in place of the optimiser, where only luck has one of the two right.

        How FP16 rounds between two ops is decided by what lies between them; an optimiser that
        takes a cast away is right, and a number next to a turn falls on the other side.
        """
        if self._failing.request.family == "fp32":
            return None
        node = turn(graph_of(self._failing.request.candidate.model.program))
        if node is None:
            return None
        converted, _ = self._converted(yard)
        if converted.stage is None:
            return None
        sentence = (
            f"{converted.sentence} With nothing optimised it is right, too: at {node.name} "
            f"`{node.outputs[0]}` a number that is rounded a little otherwise turns, and the "
            "runtime rounds otherwise where it has optimised; keep what leads there in FP32 "
            "(parity plan)."
        )
        return replace(converted, sentence=sentence, outputs=optimised.outputs)

    def _converted(self, yard: Yardstick) -> tuple[Answer, Failing | None]:
        fp32: Failing | None = None

        def ask() -> Answer:
            nonlocal fp32
            answer, fp32 = conversion.climb(self._failing, yard, self._clock)
            return answer

        return self._timed(conversion.NAME, ask), fp32

    def _last(self, yard: Yardstick) -> Answer:
        """The kernels, or the file."""
        asked = self._timed(
            elsewhere.NAME, lambda: elsewhere.climb(self._failing, yard, self._clock)
        )
        if asked.stage is not None:
            return asked
        return self._timed(
            file.NAME, lambda: file.climb(self._failing, self._stretch, self._plain, self._clock)
        )

    def _timed(self, name: str, ask: Callable[[], Answer]) -> Answer:
        answer = ask() if self._clock.left > _LEAST_S else skipped(name, _IDLE)
        self._rungs.append(answer.rung)
        return answer

    def _end(self, answer: Answer | None) -> Climbed:
        rungs = tuple(replace(r, seconds=round(r.seconds, 3)) for r in self._rungs)
        if answer is None:
            nobody = "on this feed nothing is beyond the tolerance, so that nobody is to blame."
            return Climbed("unknown", f"{nobody}{self._itself}", rungs)
        if answer.stage is None:
            why = answer.rung.said
            return Climbed(
                "unknown", f"whose fault it is could not be told: {why}.{self._itself}", rungs
            )
        return Climbed(answer.stage, f"{answer.sentence}{self._itself}", rungs)
