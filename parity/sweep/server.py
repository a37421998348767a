"""The harness' side of a process that serves many nets, and may die on any of them."""

import contextlib
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from parity.errors import EngineError
from parity.processes.channel import Channel, Message
from parity.processes.child import Child
from parity.workers.failure import Died, TimedOut

START_S = 60.0
"""On top of a time limit for the first order of a process: it imports what it needs then."""

_DYING_S = 30.0


class Server:
    """One such process, begun when it is first asked, and again after it hung.

    log: file for what an order has it print; what it replies lies beside it. modules: that it has
    loaded. environment: variables of its own. Use as a context manager: leaving it ends it.
    """

    def __init__(
        self, log: Path, *modules: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self._log, self._modules = log, modules
        self._environment = {"GLOG_minloglevel": "2", **(environment or {})}
        self._child: Child | None = None
        self._channel: Channel | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def ask(self, do: str, order: Message, timeout_s: float) -> Message | Died | TimedOut:
        """One order and its reply; ``printed`` has what came of it besides."""
        timeout_s += self._begin()
        assert self._channel is not None  # noqa: S101  just begun
        told = {**order, "do": do, "log": str(self._log), "seconds": timeout_s}
        try:
            self._channel.send({**told, "reply": f"{self._log}.reply"}, timeout_s)
            reply = self._channel.receive(timeout_s)
        except TimeoutError:
            self.end()
            return TimedOut(do, timeout_s, self.printed())
        except OSError:
            reply = None
        if reply is None:
            return self._died()
        return Died(reply["died"], self.printed()) if "died" in reply else reply

    def printed(self) -> str:
        """What the last order had it print."""
        with contextlib.suppress(OSError):
            return self._log.read_text("utf-8", errors="replace")[-100_000:]
        return ""

    def end(self) -> None:
        """End the process, for certain; the next order begins a new one."""
        child, self._child = self._child, None
        if child is not None:
            child.end()
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _begin(self) -> float:
        """Start it unless it is there; seconds that its start may take."""
        if self._child is not None:
            return 0.0
        ours, theirs = socket.socketpair()
        try:
            self._child = Child(
                "parity.sweep.serving",
                [str(theirs.fileno()), *self._modules],
                pass_fds=[theirs.fileno()],
                environment=self._environment,
            )
        except OSError as error:
            ours.close()
            raise EngineError(f"sweep: no process: {error.strerror or error}") from error
        finally:
            theirs.close()
        self._channel = Channel(ours)
        return START_S

    def _died(self) -> Died:
        assert self._child is not None  # noqa: S101
        code = self._child.wait(_DYING_S)
        self.end()
        return Died(-signal.SIGKILL if code is None else code, self.printed())
