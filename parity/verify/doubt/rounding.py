"""Measure what rounding alone does to a candidate's outputs, feed by feed."""

from collections.abc import Mapping

from parity.compare.tolerance import DEFAULTS
from parity.engines import EngineInfo
from parity.model.tensors import Feed, Outputs
from parity.verify.reference import shared, worker_of
from parity.verify.request import Request, Side
from parity.workers.worker import Worker

_MOVES = 3


def judges_rounding(request: Request) -> bool:
    """Whether what the tolerance lets pass is held against rounding, too.

    Not where the precision rounds by design, nor where a looser tolerance than the default was
    chosen: whoever did so knows of differences that aren't rounding.
    """
    usual = DEFAULTS["fp32"]
    tolerance = request.tolerance
    tight = tolerance.atol <= usual.atol and tolerance.rtol <= usual.rtol
    return request.family == "fp32" and tight


class Noise:
    """The candidate with moved weights, loaded when it is first asked.

    cause: why it can't be asked; "" where it can.
    """

    def __init__(
        self, request: Request, timeouts: Mapping[str, float], *, moves: int = _MOVES, ulps: int = 1
    ) -> None:
        model = request.candidate.model
        self.cause = ""
        if request.family != "fp32":
            self.cause = f"{request.precision} rounds by design"
        elif model.format != "onnx":
            self.cause = f"the candidate is {model.format}, whose weights can't be moved"
        side = Side(model, "noise", {"moves": moves, "ulps": ulps})
        self._ready = False
        self._asked: Feed | None = None
        self._answer: Outputs | None = None
        self._worker: Worker = worker_of(side, shared(), timeouts)

    def start(self) -> None:
        """Begin to load, so that the first question is answered sooner."""
        if not self.cause and not self._worker.alive:
            self._worker.start()

    def of(self, feed: Feed) -> Outputs | None:
        """The largest change of each element, by the candidate's names; None if unknown.

        The arrays lie in shared memory until the next question.
        """
        if self.cause:
            return None
        if feed is self._asked:  # one example raises several questions
            return self._answer
        if not self._ready:
            self.start()
            ready = self._worker.ready()
            if not isinstance(ready, EngineInfo):
                self.cause = f"the candidate with moved weights doesn't load: {ready}"
                return None
            self._ready = True
        result = self._worker.run(feed).result
        if isinstance(result, Mapping):
            self._asked, self._answer = feed, result
            return result
        self.cause = f"the candidate with moved weights fails: {result}"
        return None

    def close(self) -> None:
        """End the process, if there is one."""
        self._worker.close()
