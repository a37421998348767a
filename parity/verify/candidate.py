"""A candidate that fails: that is a finding, and it is started again."""

from dataclasses import replace

from parity.compare.findings import CandidateFailed
from parity.engines import EngineInfo
from parity.errors import EngineError
from parity.workers.failure import Died, Failure, TimedOut
from parity.workers.worker import Worker


def restart(worker: Worker) -> None:
    """Load it again. Raises EngineError if it doesn't load any more."""
    worker.start()
    info = worker.ready()
    if not isinstance(info, EngineInfo):
        raise EngineError(f"the candidate loaded once, and now doesn't: {info}")


def failed(doing: str, failure: Failure) -> CandidateFailed:
    """A failure as the finding that it is. doing: what it was asked for."""
    finding = CandidateFailed(doing, str(failure))
    if isinstance(failure, Died):
        return replace(finding, signal=failure.signal, stderr=failure.stderr)
    if isinstance(failure, TimedOut):
        return replace(finding, stderr=failure.stderr)
    return finding
