"""A worker's process begun before its model is known, since importing its engine takes longest."""

import contextlib
from collections.abc import Iterator

from parity.workers.spawn import Spawned, spawn

_WAITING: dict[str, Spawned] = {}
"""By engine. Who starts a worker takes it, whoever began it."""


@contextlib.contextmanager
def begun(engine: str) -> Iterator[None]:
    """Begin to import an engine's library in a process that the next worker of it takes.

    One that nobody took ends with the block. Where there is no process to be had, whoever needs it
    will say so.
    """
    try:
        if engine not in _WAITING:
            with contextlib.suppress(OSError):
                _WAITING[engine] = spawn(imports=engine)
        yield
    finally:
        dropped(engine)


def dropped(engine: str) -> None:
    """End the process that waits for an engine, if one does: nobody will need it."""
    left = _WAITING.pop(engine, None)
    if left is not None:
        left.end()


def taken(engine: str) -> Spawned | None:
    """The process that waits for an engine, now the caller's; None where none does, or lives."""
    waiting = _WAITING.pop(engine, None)
    if waiting is not None and waiting.process.wait(0) is not None:
        waiting.end()
        return None
    return waiting
