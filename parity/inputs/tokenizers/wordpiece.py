"""WordPiece and other tokenizers that the tokenizers library runs, in a process of its own."""

import contextlib
import socket
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from parity.errors import InputError
from parity.inputs.tokenizers.tokenizer import Encoded
from parity.processes.channel import Channel, Message
from parity.processes.child import Child
from parity.signals import signal_name

LOAD_S, ENCODE_S = 120.0, 30.0
"""A tokenizer.json of 250,000 pieces (17 MB) loads in seconds, a batch takes milliseconds."""

_MODULE = "parity.tokenizing.library"

MEMORY_BYTES = 4 << 30
"""Of address space, most of it libraries'; tokenizers of people take a tenth."""


@dataclass(frozen=True)
class Pieces:
    """A tokenizer of the tokenizers library, seen as a `Tokenizer`."""

    name: str
    library: "Library"
    pad: int | None
    specials: tuple[int, ...]
    size: int
    shortest: int
    shortest_pair: int
    tokens: tuple[str, ...]

    def encode(self, texts: Sequence[str], max_length: int) -> Encoded:
        if max_length < self.shortest:
            raise InputError(
                f"{self.name}: an empty text has {self.shortest} tokens, "
                f"but the model takes {max_length}"
            )
        return _encoded(self.library.encode(texts, max_length))

    def encode_pairs(
        self, texts: Sequence[tuple[str, str]], max_length: int, *, stride: int | None = None
    ) -> tuple[Encoded, ...]:
        if max_length < self.shortest_pair:
            raise InputError(
                f"{self.name}: two empty texts have {self.shortest_pair} tokens, "
                f"but the model takes {max_length}"
            )
        return tuple(map(_encoded, self.library.encode_pairs(texts, max_length, stride)))


Rows = list[tuple[list[int], list[int], list[list[int]]]]


def _encoded(rows: Rows) -> Encoded:
    return Encoded(
        tuple(np.array(ids, dtype=np.int64) for ids, _, _ in rows),
        tuple(np.array(kinds, dtype=np.int64) for _, kinds, _ in rows),
        tuple(tuple((start, end) for start, end in spans) for _, _, spans in rows),
    )


def load(path: Path, style: str) -> Pieces:
    """A tokenizer by its file; style: "json", "ernie" or "bert". Kept while files are unchanged.

    Raises InputError for a file that is wrong, and for one with which the library fails,
    dies, fills ``MEMORY_BYTES`` or takes longer than ``LOAD_S``.
    """
    files = path, path.with_name("tokenizer_config.json")
    return _kept(path, style, tuple(map(_stamp, files)))


@lru_cache(maxsize=4)
def _kept(path: Path, style: str, _stamps: tuple[object, ...]) -> Pieces:
    library = Library(path, style)
    found = library.load()
    return Pieces(
        f"{style} tokenizer {path.name}",
        library,
        found["pad"],
        tuple(found["specials"]),
        found["size"],
        found["shortest"],
        found["shortest_pair"],
        tuple(found["tokens"]),
    )


class Library:
    """The library with one tokenizer. It is started anew after an end or an interruption."""

    def __init__(self, path: Path, style: str) -> None:
        self._path, self._style = path, style
        self._lock = threading.Lock()
        self._channel: Channel | None = None
        self._end: weakref.finalize[..., Library] | None = None

    def load(self) -> Message:
        """What the tokenizer is. Raises InputError."""
        with self._lock:
            return self._started()

    def encode(self, texts: Sequence[str], longest: int) -> Rows:
        """Ids, segments and spans of each text. Raises InputError."""
        with self._lock:
            if self._channel is None:
                self._started()
            answer = self._ask({"texts": list(texts), "longest": longest}, ENCODE_S)
        rows: Rows = answer["rows"]
        return rows

    def encode_pairs(
        self, texts: Sequence[tuple[str, str]], longest: int, stride: int | None
    ) -> list[Rows]:
        """The same of each window of each pair. Raises InputError."""
        asked = {"pairs": [list(two) for two in texts], "longest": longest, "stride": stride}
        with self._lock:
            if self._channel is None:
                self._started()
            answer = self._ask(asked, ENCODE_S)
        found: list[Rows] = answer["rows"]
        return found

    def _started(self) -> Message:
        ours, theirs = socket.socketpair()
        descriptor = theirs.fileno()
        try:
            self._child = Child(
                _MODULE,
                [str(descriptor)],
                pass_fds=[descriptor],
                memory_bytes=MEMORY_BYTES,
                # One text after the other: the cores are the engines'.
                environment={"TOKENIZERS_PARALLELISM": "false", "RUST_BACKTRACE": "0"},
            )
        except OSError as error:
            ours.close()
            raise InputError(
                f"{self._path}: no process to read it in: {error.strerror or error}"
            ) from error
        finally:
            theirs.close()
        self._channel = Channel(ours)
        self._end = weakref.finalize(self, _end, self._child, self._channel)
        return self._ask({"path": str(self._path), "style": self._style}, LOAD_S)

    def _ask(self, message: Message, timeout_s: float) -> Message:
        """One question. Whatever but an answer comes of it ends the process."""
        answer = None
        try:
            answer = self._answer(message, timeout_s)
        finally:
            if answer is None:
                self._close()
        if "wrong" in answer:
            self._close()
            raise InputError(answer["wrong"])
        if "raised" in answer:
            self._close()
            raise InputError(f"{self._path}: the tokenizers library fails: {answer['raised']}")
        return answer

    def _answer(self, message: Message, timeout_s: float) -> Message:
        if self._channel is None:
            raise InputError(f"{self._path}: its process has ended")
        answer = None
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._channel.send(message, timeout_s)
                answer = self._channel.receive(timeout_s)
        except TimeoutError:
            raise InputError(
                f"{self._path}: the tokenizers library gave no answer within {timeout_s:g} s, "
                "and was ended; is there a step in it that grows the text?"
            ) from None
        if answer is None:
            code = self._child.wait(timeout_s)
            self._close()
            raise InputError(f"{self._path}: the tokenizers library {_ended(self._child, code)}")
        return answer

    def _close(self) -> None:
        self._channel = None
        if self._end is not None:
            self._end()


def _ended(child: Child, code: int | None) -> str:
    lines = [line.strip() for line in child.printed().splitlines() if line.strip()]
    said = f'; it last wrote "{lines[-1][:200]}"' if lines else ""
    if code is not None and code < 0:
        return f"was killed by {signal_name(-code)}{said}"
    return f"ended by itself{said}"


def _end(child: Child, channel: Channel) -> None:
    child.end()
    channel.close()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
