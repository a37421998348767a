"""Run one of parity's own worker modules as a process that may die."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

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


def run_module(module: str, arguments: Sequence[str], *, timeout_s: float) -> Ended:
    """``python -m module arguments``, in its own process group, ended when the time is up.

    Its output goes to a file and not a pipe: a grandchild that keeps a pipe
    open would hold this process past the limit.
    """
    started = time.monotonic()
    environment = os.environ | {"GLOG_minloglevel": "2"}  # errors only
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
        code: int | None
        try:
            code = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            # Also on Ctrl-C: the group is not the terminal's, so nobody else ends it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.seek(0)
        lines = log.read().decode(errors="replace").splitlines()
    return Ended(code, time.monotonic() - started, "\n".join(lines[-LOG_LINES:]))
