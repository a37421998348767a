"""Writing beside the run: a server takes a tenth of a second for what a disk has at once."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable

from parity.errors import OutputError

MOST = 64  # that wait; who writes more waits, too


class Lane:
    """Files that are written one after the other, while the run goes on.

    write: writes one; after the first OutputError nothing more is. Its thread ends when nothing
    waits, and is begun anew.
    """

    def __init__(self, write: Callable[[str, bytes], None]) -> None:
        self._write = write
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._changed = threading.Condition()
        self._busy = False

    def put(self, name: str, raw: bytes, timeout_s: float) -> None:
        """Have a file written. Where too many wait for so long, it is left."""
        with self._changed:
            if self._changed.wait_for(lambda: len(self._waiting) < MOST, timeout_s):
                self._waiting.append((name, raw))
            if not self._busy:
                self._busy = True
                threading.Thread(target=self._run, daemon=True).start()

    def find(self, name: str) -> bytes | None:
        """What is to be written under a name, the latest."""
        with self._changed:
            return next((raw for known, raw in reversed(self._waiting) if known == name), None)

    def settle(self, timeout_s: float) -> int:
        """Wait until all is written; how many weren't in that time, and are left."""
        end = time.monotonic() + timeout_s
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, end - time.monotonic())
            left = len(self._waiting)
            self._waiting.clear()
            return left

    def _run(self) -> None:
        failed = False
        while True:
            with self._changed:
                if failed or not self._waiting:
                    self._waiting.clear()
                    self._busy = False
                    self._changed.notify_all()
                    return
                name, raw = self._waiting[0]
            try:
                self._write(name, raw)
            except OutputError:  # who wrote remembers why
                failed = True
            finally:
                with self._changed, contextlib.suppress(IndexError):
                    self._waiting.popleft()
                    self._changed.notify_all()
