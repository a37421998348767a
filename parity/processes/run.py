"""Run one of parity's own modules in a process that may die."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parity.errors import EngineError
from parity.processes.child import Child
from parity.signals import signal_name

LOG_LINES = 400  # what is complained of may stand above a long C++ trace


@dataclass(frozen=True)
class Ended:
    """How a process ended. code: exit status, or minus the signal; None if its time ran out."""

    code: int | None
    seconds: float
    log: str

    @property
    def well(self) -> bool:
        return self.code == 0

    def why(self, timeout_s: float) -> str:
        """One line for a user: the signal, status or limit, and the last line of its log."""
        last = next((line for line in reversed(self.log.splitlines()) if line.strip()), "")
        said = f'; it last wrote "{last.strip()[:300]}"' if last else "; it wrote nothing"
        if self.code is None:
            return f"took longer than {timeout_s:g} s and was ended{said}"
        if self.code < 0:
            return f"was killed by {signal_name(-self.code)}{said}"
        return f"exited with status {self.code}{said}"


def run_module(
    module: str,
    arguments: Sequence[str],
    *,
    timeout_s: float,
    scratch: Path,
    group: bool = False,
    memory_bytes: int | None = None,
) -> Ended:
    """``python -m module arguments``, ended when the time is up.

    scratch: folder of the caller's for its temporary files, which it may leave behind.
    group, memory_bytes: see ``Child``. Raises EngineError if there is no process to be had.
    """
    started = time.monotonic()
    environment = {
        "GLOG_minloglevel": "2",  # errors only
        "TMPDIR": str(scratch),
    }
    try:
        child = Child(
            module, arguments, seconds=timeout_s, group=group, memory_bytes=memory_bytes,
            environment=environment,
        )  # fmt: skip
    except OSError as error:
        raise EngineError(f"{module}: no process for it: {error.strerror or error}") from error
    try:
        code = child.wait(timeout_s)
    finally:
        # Also on Ctrl-C: the session is not the terminal's, so nobody else ends it.
        child.end()
    lines = child.printed().splitlines()
    return Ended(code, time.monotonic() - started, "\n".join(lines[-LOG_LINES:]))
