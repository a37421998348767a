"""Run models otherwise, once, each in a process of its own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

from parity.diagnose.ladder.clock import Clock
from parity.engines import EngineInfo
from parity.errors import ParityError
from parity.model.tensors import Array, Feed
from parity.verify.reference import cores
from parity.verify.request import Side
from parity.verify.result import keep
from parity.workers.failure import Failure
from parity.workers.worker import Worker

_LEAST_S = 0.05  # of a time limit: none is no limit

_AT_ONCE = 2
"""Processes, as many as a check has itself: loading an engine takes a core for seconds."""

Outputs = dict[str, Array] | str
"""By name, or why there are none."""


def trial(side: Side, feed: Feed, clock: Clock) -> Outputs:
    """What a model answers within the time that is left, or why it doesn't."""
    return told(side, feed, clock)[1]


def told(side: Side, feed: Feed, clock: Clock) -> tuple[EngineInfo | None, Outputs]:
    """The same, with what the engine says of itself, where it loaded."""
    with ExitStack() as stack:
        return _answer(_started(side, clock, stack), feed, clock)


def trials(sides: Sequence[Side], feed: Feed, clock: Clock) -> Iterator[Outputs]:
    """Those of several, two at a time."""
    for at in range(0, len(sides), _AT_ONCE):
        with ExitStack() as stack:
            workers = [_started(side, clock, stack) for side in sides[at : at + _AT_ONCE]]
            yield from [_answer(worker, feed, clock)[1] for worker in workers]


def _started(side: Side, clock: Clock, stack: ExitStack) -> Worker | str:
    limit = max(_LEAST_S, clock.left)
    options = {"threads": cores(), **side.options}
    worker = Worker(
        side.engine, side.model, options, open_timeout_s=limit, run_timeout_s=limit,
        interpreter=side.interpreter,
    )  # fmt: skip
    try:
        return stack.enter_context(worker)
    except ParityError as error:
        return f"can't be asked: {error}"


def _answer(worker: Worker | str, feed: Feed, clock: Clock) -> tuple[EngineInfo | None, Outputs]:
    if isinstance(worker, str):
        return None, worker
    try:
        info = worker.ready()
        if not isinstance(info, EngineInfo):
            return None, _failed(info)
        worker.run_timeout_s = max(_LEAST_S, clock.left)
        result = worker.run(feed).result
    except ParityError as error:  # an option that it doesn't know, an engine that isn't there
        return None, f"can't be asked: {error}"
    return info, keep(result) if isinstance(result, Mapping) else _failed(result)


def _failed(failure: Failure) -> str:
    return f"fails: {failure}"
