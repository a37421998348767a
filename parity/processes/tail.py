"""The end of what a process prints, however much that is."""

import os
import threading
from collections import deque

KEPT_BYTES = 16_384
"""A C++ trace with the line that tells the cause fits several times."""

_CHUNK_BYTES = 65_536  # what a pipe holds

_LAST_WORDS_S = 5.0  # from a process' end to the end of its pipe, which others may hold open


class Tail:
    """A pipe that is read as fast as it is filled, of which the last bytes are kept.

    Not a file: a library that complains in a loop writes gigabytes a second. Who
    writes into a pipe waits until it is read, so that nothing grows anywhere.
    """

    def __init__(self) -> None:
        reading, self.writing = os.pipe()
        self._kept: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, args=(reading,), daemon=True)
        try:
            self._reader.start()
        except RuntimeError:  # no memory for its stack
            os.close(reading)
            self.handed_over()
            raise

    def handed_over(self) -> None:
        """The process has its end: close ours, so that the last one to write closes the pipe."""
        os.close(self.writing)

    def text(self) -> str:
        """The end of what was printed until now."""
        with self._lock:
            kept = b"".join(self._kept)
        return kept[-KEPT_BYTES:].decode(errors="replace")

    def finish(self) -> None:
        """Wait until all was read of a process that has ended."""
        self._reader.join(_LAST_WORDS_S)

    def _read(self, reading: int) -> None:
        try:
            while chunk := os.read(reading, _CHUNK_BYTES):
                with self._lock:
                    self._kept.append(chunk)
                    self._size += len(chunk)
                    while self._size - len(self._kept[0]) >= KEPT_BYTES:
                        self._size -= len(self._kept.popleft())
        finally:
            os.close(reading)
