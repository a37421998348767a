"""The harness' side of the process in which mutants live."""

import socket
from pathlib import Path
from typing import Self

from parity.errors import EngineError
from parity.model.tensors import Feed, Outputs
from parity.mutate.serving import ITSELF
from parity.processes.channel import Channel, Message
from parity.processes.child import Child
from parity.workers.arena import Arena
from parity.workers.spawn import anonymous_file

OPEN_S, LOAD_S, RUN_S = 120.0, 60.0, 60.0


class Mutants:
    """Loads one mutant after the other and runs feeds on it. Use as a context manager.

    level: of ONNX Runtime's optimisation. loaded: class and seed of the last. A mutant may end or
    hang the process: it is begun anew.
    """

    def __init__(self, candidate: Path, level: str = "all") -> None:
        self._path, self._level = candidate, level
        self._child: Child | None = None
        self._channel: Channel | None = None
        self._arenas: list[Arena] = []
        self.loaded = ("", "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def plant(self, kind: str, seed: str) -> Message:
        """A mutant of a class. "status": ready, none, same, unloadable; "what": it is."""
        if self._child is None:
            self._begin()
        self.loaded = kind, seed
        reply = self._ask({"kind": kind, "seed": seed}, LOAD_S)
        return {"status": "unloadable", "what": None} if reply is None else reply

    def original(self) -> None:
        """The candidate as it is. Raises EngineError if that doesn't load."""
        reply = self.plant(ITSELF, "")
        if reply["status"] != "ready":
            raise EngineError(f"{self._path}: {reply.get('why', 'does not load')}")

    def run(self, feed: Feed) -> Outputs | str:
        """What the mutant that is loaded answers, valid until the next; or how it fails."""
        if self._child is None:
            return "its process had ended"
        reply = self._ask({"feed": self._arenas[0].write(feed)}, RUN_S)
        if reply is None:
            return "its process ended"
        if "raised" in reply:
            return str(reply["raised"])
        return self._arenas[1].read(reply["outputs"])

    def save(self, path: Path) -> bool:
        """Write down the mutant that is loaded; False where its process ended."""
        return self._child is not None and self._ask({"save": str(path)}, LOAD_S) is not None

    def end(self) -> None:
        """End the process, for certain."""
        child, self._child = self._child, None
        if child is not None:
            child.end()
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        for arena in self._arenas:
            arena.close()
        self._arenas = []

    def _begin(self) -> None:
        ours, theirs = socket.socketpair()
        self._arenas = [Arena(anonymous_file()) for _ in range(2)]
        inherited = [theirs.fileno(), *(a.descriptor for a in self._arenas)]
        try:
            self._child = Child(
                "parity.mutate.serving", [str(d) for d in inherited], pass_fds=inherited
            )
        except OSError as error:
            ours.close()
            raise EngineError(f"mutate: no process: {error.strerror or error}") from error
        finally:
            theirs.close()
        self._channel = Channel(ours)
        if self._ask({"path": str(self._path), "level": self._level}, OPEN_S) is None:
            raise EngineError(f"{self._path}: the process that is to hold it ended")

    def _ask(self, order: Message, timeout_s: float) -> Message | None:
        """The reply; None where the process ended, or was ended since it took too long."""
        assert self._channel is not None  # noqa: S101  begun by the caller
        try:
            self._channel.send(order, timeout_s)
            reply = self._channel.receive(timeout_s)
        except OSError:  # a time-out is one
            reply = None
        if reply is None:
            self.end()
        return reply
