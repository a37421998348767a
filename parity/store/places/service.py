"""Ask the process that reaches stores by address, for no longer than a time."""

import atexit
import contextlib
import os
import socket
import threading

from parity.processes.channel import Channel, Message
from parity.processes.child import Child
from parity.signals import signal_name

_BYTES = 8 << 30  # of address space: libraries and the pieces of a file, never a model

_END_S = 5.0  # for a process whose end of the socket is closed


class AskedError(OSError):
    """No answer, or one that says why not, in a line. dead: the process is gone, for any reason."""

    def __init__(self, why: str, *, dead: bool = False) -> None:
        super().__init__(why)
        self.why, self.dead = why, dead


class MissingError(AskedError):
    """A library isn't installed."""


class _Service:
    """One process for all addresses, begun when it is first asked, and anew where it ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[int, Child, Channel] | None = None

    def ask(self, message: Message, timeout_s: float) -> Message:
        with self._lock:
            answer = self._answer(message, timeout_s)
        if "absent" in answer:
            raise FileNotFoundError(answer["absent"])
        if "missing" in answer:
            raise MissingError(str(answer["missing"]))
        if "raised" in answer:
            raise AskedError(f"{answer['kind']}: {answer['raised']}".removesuffix(": "))
        return answer

    def close(self) -> None:
        """End the process, if there is one of ours."""
        held, self._held = self._held, None
        if held is not None and held[0] == os.getpid():
            held[2].close()
            held[1].end()

    def _answer(self, message: Message, timeout_s: float) -> Message:
        child, channel = self._started()
        answer = None
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                channel.send(message, timeout_s)
                answer = channel.receive(timeout_s)
        except TimeoutError:
            self.close()
            raise AskedError(f"no answer within {timeout_s:.3g} s", dead=True) from None
        except BaseException:  # Ctrl-C: what comes later is no answer to another question
            self.close()
            raise
        if answer is None:
            code = child.wait(_END_S)
            self.close()
            how = f"was killed by {signal_name(-code)}" if code is not None and code < 0 else "died"
            raise AskedError(f"the process that reaches it {how}", dead=True)
        return answer

    def _started(self) -> tuple[Child, Channel]:
        if self._held is not None and self._held[0] == os.getpid():
            return self._held[1:]
        ours, theirs = socket.socketpair()
        try:
            # A group: the thread that begins it may end before it does.
            child = Child(
                "parity.store.places.child", [str(theirs.fileno())], pass_fds=[theirs.fileno()],
                memory_bytes=_BYTES, group=True,
            )  # fmt: skip
        except OSError as error:
            ours.close()
            why = f"no process for it: {error.strerror or error}"
            raise AskedError(why, dead=True) from error
        finally:
            theirs.close()
        self._held = os.getpid(), child, Channel(ours)
        return child, self._held[2]


SERVICE = _Service()
atexit.register(SERVICE.close)
