"""The file that parity itself makes of a reference, in the precision that is checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from parity import files
from parity.engines import EngineInfo
from parity.exports.derive import Derived, derive
from parity.model.artifact import resolve
from parity.model.opset import opsets
from parity.model.tensors import Feed
from parity.verify.checks import Ran, asking
from parity.verify.reference import cores, worker_of
from parity.verify.request import Request
from parity.workers.worker import Worker


@dataclass(frozen=True)
class Own:
    """parity's own file, loaded in an engine as the candidate is."""

    worker: Worker

    def answer(self, feed: Feed) -> asking.Answer:
        """What it answers; None where it fails."""
        return asking.ask(self.worker, feed)


def is_own(candidate: Path) -> bool:
    """Whether a file lies where parity keeps what it makes: it would be compared with itself."""
    return files.cached(candidate, "candidates")


def made(request: Request) -> Derived:
    """Make it, or take it from the cache, at the candidate's opset. Raises ParityError."""
    _, effective = opsets(request.candidate.model)
    return derive(
        request.reference.model, opset=effective or _OPSET, precision=request.precision,
        calibration=request.calibration,
    )  # fmt: skip


_OPSET = 13  # where a candidate imports none; then it doesn't load either


@contextmanager
def loaded(ran: Ran, path: Path) -> Iterator[Own | None]:
    """Run it as the candidate is run; None where it doesn't load."""
    side = replace(ran.request.candidate, model=resolve(path))
    timeouts = {
        "open_timeout_s": ran.request.open_timeout_s,
        "run_timeout_s": ran.request.run_timeout_s,
    }
    # As many threads as the candidate has: another division of sums rounds otherwise.
    threads = int(str(ran.sides.candidate.options.get("threads", cores())))
    with worker_of(side, threads, timeouts) as worker:
        yield Own(worker) if isinstance(worker.ready(), EngineInfo) else None
