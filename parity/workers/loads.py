"""Whether an engine loads a model, asked in a process that may die of it."""

from parity.engines import EngineInfo
from parity.model.artifact import Artifact
from parity.workers.failure import Failure
from parity.workers.worker import Worker


def loads(model: Artifact, *, timeout_s: float = 300.0) -> Failure | None:
    """None if the engine of its format loads it, else how that failed."""
    with Worker(model.engine, model, {}, open_timeout_s=timeout_s) as worker:
        info = worker.ready()
    return None if isinstance(info, EngineInfo) else info
