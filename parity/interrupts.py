"""Ctrl-C, SIGTERM and SIGHUP as exceptions that arrive, wherever the program just was.

A handler's exception is lost in a destructor, in the callback of a weak reference or of the
garbage collector (Hypothesis has one), and becomes another one in a module that is being imported.
Drawing examples and loading engines is full of such moments.
"""

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

    def install(self) -> None:
        """Handle them from now on."""
        threading.Thread(target=self._send_due, daemon=True).start()
        self._dropped_before = sys.unraisablehook
        sys.unraisablehook = self._dropped
        for signum in self._signals:
            signal.signal(signum, self._came)

    @contextlib.contextmanager
    def handled(self) -> Iterator["Interrupts"]:
        """Handle them in this block, and as before behind it."""
        before = {signum: signal.getsignal(signum) for signum in self._signals}
        self.install()
        try:
            yield self
        finally:
            for signum, handler in before.items():
                signal.signal(signum, handler)
            sys.unraisablehook = self._dropped_before
            self._due.put(None)

    def _came(self, signum: int, frame: FrameType | None) -> None:
        own, self._own = self._own, False
        self.received = self.received or signum
        # Sent twice by the user, it is meant: an import may hang.
        if _turns_exceptions(frame) and (own or not self._waiting):
            self._again(signum)
            return
        self._waiting = False
        raise KeyboardInterrupt if signum == signal.SIGINT else Terminated(signum)

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

    def _send_due(self) -> None:
        main = threading.main_thread().ident or 0
        while (signum := self._due.get()) is not None:
            time.sleep(_SOON_S)
            if self._waiting:
                self._own = True
                # Not _thread.interrupt_main, which wakes nobody who waits for a worker.
                signal.pthread_kill(main, signum)


def _turns_exceptions(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_back is not None:  # the first is the program itself
        code = frame.f_code
        if code.co_filename == _IMPORT or (code.co_filename, code.co_name) == _EXEC:
            return True
        frame = frame.f_back
    return False
