"""Ctrl-C, SIGTERM and SIGHUP as exceptions, raised only where they arrive as themselves."""

import _weakrefset
import signal
import weakref
from types import FrameType

AGAIN_S = 0.01
"""How soon a signal that came at a bad moment is tried again."""

_IMPORT = "<frozen importlib._bootstrap>"
"""While a module is imported, exceptions turn into others: a RuntimeError in a class just being
made; and out of code given to exec, one kills the process even after it was handled."""

_EXEC = ("<string>", "<module>")

_WEAK = (weakref.__file__, _weakrefset.__file__)
"""Python prints and drops what is raised in a weak reference's callback, or in ``__del__``."""


class Terminated(BaseException):
    """SIGTERM or SIGHUP, as an exception, so that workers are ended on the way out."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class Interrupts:
    """The handlers of one command, and what they were sent.

    received: the first signal that came; None where none did.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self._waiting: int | None = None

    def install(self) -> None:
        """Handle them from now on."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # A caller such as nohup that has it ignored means it.
            if signal.getsignal(signum) is not signal.SIG_IGN:
                signal.signal(signum, self._on_signal)

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        again = self._waiting is not None
        self.received = self.received or signum
        # Sent twice, it is meant: an import may hang.
        self._raise(signum, None if again else frame)

    def _raise(self, signum: int, frame: FrameType | None) -> None:
        if _at_a_bad_moment(frame):
            self._waiting = signum
            signal.signal(signal.SIGALRM, lambda _, there: self._raise(signum, there))
            signal.setitimer(signal.ITIMER_REAL, AGAIN_S)
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._waiting = None
        raise KeyboardInterrupt if signum == signal.SIGINT else Terminated(signum)


def _at_a_bad_moment(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_back is not None:  # the first is the program itself
        name, file = frame.f_code.co_name, frame.f_code.co_filename
        if name == "__del__" or file == _IMPORT or file in _WEAK or (file, name) == _EXEC:
            return True
        frame = frame.f_back
    return False
