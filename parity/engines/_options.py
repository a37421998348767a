"""Read an engine's options. One that makes no sense is the user's slip, not the model's fault."""

from collections.abc import Iterable

from parity.engines import Options
from parity.errors import UsageError
from parity.plugins import unknown


def one_of(options: Options, name: str, known: Iterable[str], default: str) -> str:
    """An option that is one of a few words. Raises UsageError, listing them."""
    known = list(known)
    value = options.get(name, default)
    if value not in known:
        raise UsageError(unknown(name, _shown(value), known))
    return str(value)


def whole(options: Options, name: str, default: int, *, least: int = 0) -> int:
    """An option that counts something. Raises UsageError for anything else."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**31:
        raise UsageError(f'{name} "{_shown(value)}" is not a whole number from {least} up')
    return value


def number(options: Options, name: str, default: float) -> float:
    """An option that is an amount. Raises UsageError for anything else."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
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
