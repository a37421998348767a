"""Read an engine's options. One that makes no sense is the user's slip, not the model's fault."""

from __future__ import annotations

import os
from collections.abc import Iterable

from parity.engines import Options
from parity.errors import UsageError
from parity.plugins import unknown


def one_of(options: Options, name: str, known: Iterable[str], default: str) -> str:
    """An option that is one of a few words. Raises UsageError, listing them."""
    known = list(known)
    value = options.get(name, default)
    if value is False and "disable" in known:  # written as "off"
        return "disable"
    if value not in known:
        raise UsageError(unknown(name, _shown(value), known))
    return str(value)


MOST_THREADS = max(1024, 4 * (os.cpu_count() or 1))
"""More than any machine has cores; engines start all of them, and a million hang or kill it."""


def thread_count(options: Options) -> int:
    """The option "threads", 0 if it isn't given. Raises UsageError above ``MOST_THREADS``."""
    return whole(options, "threads", 0, most=MOST_THREADS)


def whole(
    options: Options, name: str, default: int, *, least: int = 0, most: int = 2**31 - 1
) -> int:
    """An option that counts something. Raises UsageError for anything else."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise UsageError(f'{name} "{_shown(value)}" is not a whole number from {least} up')
    if value > most:
        raise UsageError(f'{name} "{_shown(value)}" is more than {most}')
    return value


def number(options: Options, name: str, default: float) -> float:
    """An option that is an amount. Raises UsageError for anything else."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e6:
        raise UsageError(f'{name} "{_shown(value)}" is not a number from 0 up')
    return value


def switch(options: Options, name: str, *, default: bool) -> bool:
    """An option that is on or off. Raises UsageError for anything else."""
    value = options.get(name, default)
    if value not in (True, False):  # 1 and 0 will do
        raise UsageError(f'{name} "{_shown(value)}" is neither true nor false')
    return bool(value)


def _shown(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
