"""What an explanation runs on loads while the failing feed is still being made small."""

import time
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from parity.diagnose.inner.force import Started, started
from parity.errors import ParityError
from parity.verify.progress import Step, Watcher
from parity.verify.request import Request

MOST_BYTES = 300e6
"""Of both models together, above which nothing loads ahead: it lies in memory beside the run."""


class Ahead:
    """Both sides of a judgement op by op, from the first step of a shrink on.

    budget_s: seconds of the explanation to come; with 0 nothing is started.
    """

    def __init__(self, request: Request, budget_s: float) -> None:
        self._request = request
        self._budget_s = budget_s
        self._stack = ExitStack()
        self._begun = not budget_s > 0 or not _fits(request)
        self.sides: Started | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def watching(self, watch: Watcher) -> Watcher:
        """The watcher, which has them started on the way."""

        def watched(step: Step) -> None:
            watch(step)
            if step.stage == "shrink" and not self._begun:
                self._begun = True
                self._start(step.ends)

        return watched

    def _start(self, shrunk_by: float | None) -> None:
        until = max(time.monotonic(), shrunk_by or 0.0) + self._budget_s
        sides = (self._request.reference.model, self._request.candidate.model)
        try:
            self.sides = self._stack.enter_context(started(*sides, until))
        except (ParityError, OSError):  # whoever explains tries again, and says why
            self.sides = None


def _fits(request: Request) -> bool:
    """Whether ops are compared at all, and what loads for that is small."""
    models = (request.reference.model, request.candidate.model)
    if models[1].format != "onnx" or models[0].format == "onnx":
        return False
    try:
        return sum(file.stat().st_size for model in models for file in model.files) <= MOST_BYTES
    except OSError:
        return False
