"""Ctrl-C, SIGTERM and SIGHUP as exceptions that arrive, wherever the program just was.

A handler's exception is lost in a destructor, in the callback of a weak reference or of the
garbage collector (Hypothesis has one), and becomes another one in a module that is being imported.
Drawing examples and loading engines is full of such moments.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from queue import SimpleQueue
from types import FrameType
from typing import Any

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What ends a command."""

_SOON_S = 0.01

_IMPORT = "<frozen importlib._bootstrap>"
"""While a module is imported, exceptions turn into others: a RuntimeError in a class just being
made; and out of code given to exec, one kills the process even after it was handled."""

_EXEC = ("<string>", "<module>")


class Terminated(BaseException):
    """SIGTERM or SIGHUP, as an exception, so that workers are ended on the way out."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class Interrupts:
    """Handles signals of one run, in the main thread.

    received: the first that came; None where none did.
    """

    def __init__(self, signals: Iterable[int] = ENDS) -> None:
        # A caller such as nohup that has one ignored means it; None is a handler in C; and in
        # another thread than the main one Python lets nobody handle any.
        main = threading.current_thread() is threading.main_thread()
        given = (signal.SIG_IGN, None)
        self._signals = [s for s in signals if main and signal.getsignal(s) not in given]
        self.received: int | None = None
        self._due: SimpleQueue[int | None] = SimpleQueue()
        self._waiting = False  # one is due
        self._own = False  # the next to come is the one that was due
        self._dropped_before = sys.unraisablehook
        self._sender = threading.Thread(target=self._send_due, daemon=True)
        self._outside = 0  # frames that were on the stack already

    def install(self) -> None:
        """Handle them from now on."""
        self._outside = _depth_of_caller()
        self._sender.start()
        self._dropped_before = sys.unraisablehook
        sys.unraisablehook = self._dropped
        for signum in self._signals:
            signal.signal(signum, self._came)

    @contextlib.contextmanager
    def handled(self) -> Iterator[Interrupts]:
        """Handle them in this block, and as before behind it; what is due by then is raised there.

        Used once.
        """
        before = {signum: signal.getsignal(signum) for signum in self._signals}
        self.install()
        try:
            yield self
        finally:
            try:
                self._settle()
            finally:
                for signum, handler in before.items():
                    signal.signal(signum, handler)
                sys.unraisablehook = self._dropped_before

    def _came(self, signum: int, frame: FrameType | None) -> None:
        own, self._own = self._own, False
        self.received = self.received or signum
        # Sent twice by the user, it is meant: an import may hang.
        if _turns_exceptions(frame, self._outside) and (own or not self._waiting):
            self._again(signum)
            return
        self._waiting = False
        raise _error_of(signum)

    def _dropped(self, what: Any) -> None:
        """Python tells here of an exception that it drops."""
        error = what.exc_value
        if isinstance(error, KeyboardInterrupt):
            self._again(signal.SIGINT)
        elif isinstance(error, Terminated):
            self._again(error.signum)
        else:
            self._dropped_before(what)

    def _again(self, signum: int) -> None:
        self._waiting = True
        # A thread that waits for it, since none may be started in a handler.
        self._due.put(signum)

    def _turned_in(self, thread: int) -> bool:
        return _turns_exceptions(sys._current_frames().get(thread), self._outside)

    def _settle(self) -> None:
        """Ends the thread, and raises what it had yet to send."""
        due, self._waiting = self._waiting, False
        self._due.put(None)
        self._sender.join()
        if due and self.received is not None:
            raise _error_of(self.received)

    def _send_due(self) -> None:
        main = threading.main_thread().ident or 0
        while (signum := self._due.get()) is not None:
            time.sleep(_SOON_S)
            # Not sent before it can arrive: what comes meanwhile is the user's second.
            while self._waiting and self._turned_in(main):
                time.sleep(_SOON_S)
            if self._waiting:
                self._own = True
                # Not _thread.interrupt_main, which wakes nobody who waits for a worker.
                signal.pthread_kill(main, signum)


def _error_of(signum: int) -> BaseException:
    return KeyboardInterrupt() if signum == signal.SIGINT else Terminated(signum)


def _turns_exceptions(frame: FrameType | None, outside: int) -> bool:
    """Whether code run since ``outside`` frames is being imported, or was given to exec.

    What lies further out (a pytest-xdist worker is run by exec) is not over soon.
    """
    codes = [f.f_code for f in _stack(frame)]
    return any(
        code.co_filename == _IMPORT or (code.co_filename, code.co_name) == _EXEC
        for code in codes[: max(0, len(codes) - outside)]
    )


def _depth_of_caller() -> int:
    """Frames on the stack, without this file's own and those of ``with``."""
    own = (__file__, contextlib.__file__)
    return sum(frame.f_code.co_filename not in own for frame in _stack(sys._getframe()))


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
