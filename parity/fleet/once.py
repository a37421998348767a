"""A task that is begun once: Dask runs again what a lost worker had, and a verdict isn't had so."""

from parity.errors import ParityError


class LostError(ParityError):
    """A task was begun before, on a worker that never told what came of it."""


def begin(claim: str, topic: str) -> None:
    """Claim a task, on the scheduler, which outlives workers. Raises LostError the second time."""
    from distributed import Event, get_worker

    worker = get_worker()
    event = Event(claim)
    if event.is_set():
        raise LostError(claim)
    event.set()
    worker.log_event(topic, {"claim": claim, "worker": worker.address})
