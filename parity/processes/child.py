"""Start a process of parity's own, so that nothing of it is left, whatever happens to either."""

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from parity.processes.interpreter import Interpreter
from parity.processes.path import FOREIGN_FLAGS, PACKAGE, entries, flags
from parity.processes.tail import Tail

_BOOT = str(Path(__file__).with_name("_boot.py"))

_GRACE_S = 30  # by which a child's own clock is behind the parent's


class Child:
    """``MODULE ARGUMENTS…`` in a process of its own, begun at once.

    It dies with this process, leads a session of its own, so that Ctrl-C reaches the
    harness alone and ``end`` all that it started, leaves no core, is the first to go if
    memory runs out, imports nothing from the working folder, and what it prints is read
    and but for its end forgotten.

    pass_fds: descriptors that it inherits. seconds: after which it ends, even with nobody
    left to end it; the caller's own limit comes first. memory_bytes: of address space; past
    it, it can allocate no more (not on macOS). group: its own children must die with this
    process, too: for those that are Python throughout. interpreter: to run it under, with that
    one's own packages; None for this one.

    Raises OSError if there is no process to be had.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        *,
        pass_fds: Sequence[int] = (),
        seconds: float | None = None,
        memory_bytes: int | None = None,
        group: bool = False,
        environment: Mapping[str, str] | None = None,
        interpreter: Interpreter | None = None,
    ) -> None:
        # Not inherited: the other end closes when this process does, however it ends.
        watched = group or sys.platform != "linux"
        life: int | None = None
        self._life: int | None = None
        if watched:
            life, self._life = os.pipe()
        # Another interpreter has packages of its own; ours would be of another version.
        first, last = entries() if interpreter is None else ([], [])
        spec = {
            "parent": os.getpid(),
            "life": life,
            "memory": memory_bytes,
            "seconds": None if seconds is None else math.ceil(seconds) + _GRACE_S,
            "package": PACKAGE,
            "first": first,
            "last": last,
        }
        python = (
            [sys.executable, *flags()]
            if interpreter is None
            else [str(interpreter.python), *FOREIGN_FLAGS]
        )
        command = [*python, _BOOT, json.dumps(spec), module, *arguments]
        try:
            self._tail = _tail()
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=self._tail.writing,
                    stderr=self._tail.writing,
                    pass_fds=[*pass_fds, *([] if life is None else [life])],
                    env=None if environment is None else {**os.environ, **environment},
                    start_new_session=True,
                )
            finally:
                self._tail.handed_over()
        except BaseException:
            self._let_go()
            raise
        finally:
            if life is not None:
                os.close(life)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def wait(self, timeout_s: float) -> int | None:
        """Exit code, minus the signal that killed it; None if it lives on after so long."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def printed(self) -> str:
        """The end of what it has printed until now; of one that has ended, of all."""
        if self._process.poll() is not None:
            self._tail.finish()
        return self._tail.text()

    def end(self) -> None:
        """End it and all that it started, at once and for certain."""
        # Also if it ended by itself: what it started may live on.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._tail.finish()
        self._let_go()

    def _let_go(self) -> None:
        life, self._life = self._life, None
        if life is not None:
            os.close(life)


def _tail() -> Tail:
    try:
        return Tail()
    except RuntimeError as error:
        raise OSError(None, f"{error}: out of memory, or at the limit of processes") from error
