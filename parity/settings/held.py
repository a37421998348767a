"""The settings that hold in this run of a command, or of `parity.check`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from parity.settings.setting import Setting

_HELD: ContextVar[tuple[Setting, ...]] = ContextVar("parity settings", default=())


def held() -> tuple[Setting, ...]:
    """What was taken from a project's file; reports show it, and JSON has it."""
    return _HELD.get()


@contextmanager
def holding(settings: tuple[Setting, ...]) -> Iterator[None]:
    """These hold inside of the block."""
    token = _HELD.set(settings)
    try:
        yield
    finally:
        _HELD.reset(token)
