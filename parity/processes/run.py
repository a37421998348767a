"""Run one of parity's own modules in a process that may die."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from parity.errors import EngineError
from parity.processes.child import Child
from parity.processes.interpreter import Interpreter
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


class Running:
    """``python -m module arguments``, begun at once; ended for certain where the block is left.

    scratch: folder of the caller's for its temporary files, which it may leave behind.
    group, memory_bytes, interpreter: see ``Child``. Raises EngineError if there is no process to
    be had.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        *,
        timeout_s: float,
        scratch: Path,
        group: bool = False,
        memory_bytes: int | None = None,
        interpreter: Interpreter | None = None,
    ) -> None:
        self._started, self._timeout_s = time.monotonic(), timeout_s
        environment = {
            "GLOG_minloglevel": "2",  # errors only
            "TMPDIR": str(scratch),
        }
        try:
            self._child = Child(
                module, arguments, seconds=timeout_s, group=group, memory_bytes=memory_bytes,
                environment=environment, interpreter=interpreter,
            )  # fmt: skip
        except OSError as error:
            raise EngineError(f"{module}: no process for it: {error.strerror or error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Also on Ctrl-C: the session is not the terminal's, so nobody else ends it.
        self._child.end()

    def ended(self) -> Ended:
        """Wait for its end, or until its time is up and it is ended."""
        code = self._child.wait(max(0.0, self._started + self._timeout_s - time.monotonic()))
        self._child.end()
        lines = self._child.printed().splitlines()
        return Ended(code, time.monotonic() - self._started, "\n".join(lines[-LOG_LINES:]))


def run_module(
    module: str,
    arguments: Sequence[str],
    *,
    timeout_s: float,
    scratch: Path,
    group: bool = False,
    memory_bytes: int | None = None,
    interpreter: Interpreter | None = None,
) -> Ended:
    """Run a module to its end; arguments and errors as of ``Running``."""
    with Running(
        module, arguments, timeout_s=timeout_s, scratch=scratch, group=group,
        memory_bytes=memory_bytes, interpreter=interpreter,
    ) as running:  # fmt: skip
        return running.ended()
