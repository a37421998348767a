"""Where a fleet is: ``dask:tcp://HOST:PORT``."""

import re
import socket
from dataclasses import dataclass
from importlib.util import find_spec

from parity.errors import UsageError
from parity.shown import shown

_FORM = re.compile(r"dask:((?:tcp|tls)://(?:\[([0-9a-fA-F:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5}))")

REACHED_S = 10.0
"""For a connection; a scheduler that takes longer to accept one is of no use."""


@dataclass(frozen=True)
class Address:
    """url: as Dask writes it. host, port: of the scheduler."""

    url: str
    host: str
    port: int


def address(text: str) -> Address:
    """A scheduler's address. Raises UsageError for anything else."""
    found = _FORM.fullmatch(text.strip())
    if found is None or not 0 < int(found[4]) < 65536:
        raise UsageError(f"--on {shown(text)}: is no scheduler; write dask:tcp://HOST:PORT")
    return Address(found[1], found[2] or found[3], int(found[4]))


def reachable(scheduler: Address) -> None:
    """Raise UsageError where nothing listens there, or ``distributed`` isn't installed."""
    if find_spec("distributed") is None:
        raise UsageError(
            f"--on {scheduler.url}: distributed is not installed; it comes with the extra `dask`"
        )
    try:
        socket.create_connection((scheduler.host, scheduler.port), timeout=REACHED_S).close()
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise UsageError(
            f"--on {scheduler.url}: no scheduler answers there: {why}; start one with "
            f"`dask scheduler --port {scheduler.port}`"
        ) from error
