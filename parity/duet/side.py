"""One of two tokenizers, in a process of its own, which may be in another environment."""

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from parity import plugins
from parity.errors import EngineError, InputError, UsageError
from parity.inputs.tokenizers.find import TOKENIZER_FILES
from parity.processes.channel import Channel, Message
from parity.processes.child import Child
from parity.processes.interpreter import Interpreter
from parity.signals import signal_name

KINDS = "tokenizing.kinds"

OPEN_S, ROWS_S = 300.0, 120.0
"""PaddleNLP takes half a minute to be imported on a busy machine; 256 texts take seconds there."""

BATCH = 256  # texts that are sent together

_OURS_BYTES, _OTHERS_BYTES = 4 << 30, 32 << 30
"""Of address space: Paddle and torch map tens of gigabytes of libraries."""

_FILES = {"ernie": "vocab.txt", "bert": "vocab.txt", "json": "tokenizer.json"}

Trial = tuple[str, str | None, int | None]
"""A text, a second one of a pair or None, and the most tokens or None."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """kind: who reads it, a file of ``tokenizing/kinds``. interpreter: None for parity's own."""

    kind: str
    path: Path
    interpreter: Interpreter | None = None

    def __str__(self) -> str:
        there = f" in {self.interpreter.path}" if self.interpreter else ""
        return f"{self.kind}:{self.path}{there}"


def named(text: str, interpreter: Interpreter | None = None) -> Named:
    """What a user names: ``KIND:PATH``, or the path of a file that tells by its name who reads it.

    Raises UsageError for an unknown kind, and InputError for a path at which there is none.
    """
    kind, colon, rest = text.partition(":")
    if colon and rest and not Path(text).exists():
        if not plugins.known(KINDS, kind):
            raise UsageError(plugins.unknown("tokenizer", kind, plugins.names(KINDS)))
        kind, path = kind.replace("-", "_"), _there(Path(rest))
        if path.is_dir() and kind in _FILES:  # others read folders
            path = _there(path / _FILES[kind])
        return Named(kind, path, interpreter)
    path = _there(Path(text))
    if path.is_dir():
        found = [path / name for name in TOKENIZER_FILES if (path / name).is_file()]
        if not found:
            listed = ", ".join(TOKENIZER_FILES)
            raise InputError(f"{path}: no tokenizer in this folder; looked for {listed}")
        path = found[0]
    by_name = TOKENIZER_FILES.get(path.name) or {".json": "json", ".txt": "ernie"}.get(path.suffix)
    if by_name == "characters":
        raise InputError(f"{path}: a dictionary of characters has no other reader")
    if by_name is None:
        raise InputError(
            f"{path}: not a tokenizer's file by its name; expected tokenizer.json or vocab.txt, "
            f"or KIND:PATH with one of {', '.join(plugins.names(KINDS))}"
        )
    return Named(by_name, path, interpreter)


def _there(path: Path) -> Path:
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    return path.absolute()


class Side:
    """A tokenizer that is loaded. name, version, vocabulary: as it tells them.

    Raises InputError for a file that is wrong, and EngineError where the library isn't there, dies
    or takes longer than ``OPEN_S``. Use as a context manager: leaving it ends the process.
    """

    def __init__(self, of: Named) -> None:
        self.of = of
        ours, theirs = socket.socketpair()
        environment = {"TOKENIZERS_PARALLELISM": "false", "RUST_BACKTRACE": "0"}
        ours_alone = of.interpreter is None and of.kind in _FILES
        try:
            self._child = Child(
                "parity.tokenizing.child", [str(theirs.fileno())], pass_fds=[theirs.fileno()],
                memory_bytes=_OURS_BYTES if ours_alone else _OTHERS_BYTES,
                environment=environment, interpreter=of.interpreter,
            )  # fmt: skip
        except OSError as error:
            ours.close()
            raise EngineError(f"{of}: no process for it: {error.strerror or error}") from error
        finally:
            theirs.close()
        self._channel = Channel(ours)
        try:
            told = self._ask({"kind": of.kind, "path": str(of.path)}, OPEN_S)
        except BaseException:
            self.close()
            raise
        self.name, self.version = str(told["name"]), str(told["version"])
        self.vocabulary: dict[str, int] = told["vocabulary"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        self.close()

    def rows(self, trials: Sequence[Trial]) -> list[Row]:
        """What it makes of each; ``{"raised": why}`` where it raises. Raises EngineError."""
        found: list[Row] = []
        for at in range(0, len(trials), BATCH):
            asked = [list(trial) for trial in trials[at : at + BATCH]]
            found += self._ask({"texts": asked}, ROWS_S)["rows"]
        return found

    def close(self) -> None:
        """End its process."""
        self._channel.close()
        self._child.end()

    def _ask(self, message: Message, timeout_s: float) -> Message:
        answer = None
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._channel.send(message, timeout_s)
                answer = self._channel.receive(timeout_s)
        except TimeoutError:
            raise EngineError(f"{self.of}: no answer within {timeout_s:g} s") from None
        if answer is None:
            raise EngineError(f"{self.of}: its process {self._ended()}")
        if "wrong" in answer:
            raise InputError(str(answer["wrong"]))
        if "missing" in answer:
            raise EngineError(f"{self.of}: can't be imported: {answer['missing']}")
        if "raised" in answer:
            raise EngineError(f"{self.of}: doesn't load: {answer['raised']}")
        return answer

    def _ended(self) -> str:
        code = self._child.wait(ROWS_S)
        lines = [line.strip() for line in self._child.printed().splitlines() if line.strip()]
        said = f'; it last wrote "{lines[-1][:200]}"' if lines else ""
        how = f"was killed by {signal_name(-code)}" if code is not None and code < 0 else "ended"
        return f"{how}{said}"
