"""The harness' side of a worker process."""

import contextlib
import signal
import time
from collections import deque
from dataclasses import dataclass, replace

from parity.engines import EngineInfo, Options, TensorInfo
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs
from parity.processes.channel import Channel, Message
from parity.processes.child import Child
from parity.processes.interpreter import Interpreter
from parity.workers import ahead
from parity.workers.arena import Arena
from parity.workers.failure import Died, Failure, Raised, TimedOut, first_line
from parity.workers.spawn import SLOTS as SLOTS
from parity.workers.spawn import Spawned, spawn

_DYING_S = 30.0  # from hanging up to the end; writing a core takes its time


@dataclass(frozen=True)
class Reply:
    """What came of one feed.

    result: outputs, which lie in shared memory and stay valid until two more
        feeds were submitted; or how it failed.
    started, finished: ``time.monotonic()`` around the engine's own run.
    seconds: of each run, where the feed was to run several times, by the worker's own clock.
    """

    result: Outputs | Failure
    started: float
    finished: float
    seconds: tuple[float, ...] = ()


class Worker:
    """One engine with one model in its own process.

    info: what the engine tells of itself, from ``ready`` on; a run may tell more. memory_bytes: of
    the process' address space; past it, it can allocate no more. interpreter: to run it
    under, with the packages of that environment; None for this one.
    load_s: seconds that loading took inside the process, importing the engine's library included.
    Feeds are answered in the order in which they were submitted. After
    ``Died`` or ``TimedOut`` the worker is of no more use; ``start`` makes a new
    process. Use as a context manager: leaving it ends the process.
    """

    def __init__(
        self,
        engine: str,
        model: Artifact,
        options: Options,
        *,
        open_timeout_s: float = 300.0,
        run_timeout_s: float = 120.0,
        memory_bytes: int | None = None,
        interpreter: Interpreter | None = None,
    ) -> None:
        self.engine = engine
        self.model = model
        self.options = dict(options)
        self.open_timeout_s = open_timeout_s
        self.run_timeout_s = run_timeout_s
        self.memory_bytes = memory_bytes
        self.interpreter = interpreter
        self.info: EngineInfo | None = None
        self.load_s = 0.0
        self._process: Child | None = None
        self._channel: Channel | None = None
        self._arenas: list[Arena] = []
        self._pending: deque[int] = deque()
        self._next_slot = 0
        self._deadline = 0.0

    def __enter__(self) -> "Worker":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether feeds can be submitted."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """Process id of the engine."""
        return self._process.pid if self._process else None

    @property
    def pending(self) -> int:
        """Feeds submitted and not yet collected."""
        return len(self._pending)

    def start(self) -> None:
        """Begin to load the model; returns at once. ``ready`` waits for it."""
        self.close()
        try:
            spawned = self._spawned()
        except OSError as error:
            raise EngineError(
                f"{self.engine}: no worker process: {error.strerror or error}"
            ) from error
        self._process = spawned.process
        self._arenas = [Arena(descriptor) for descriptor in spawned.descriptors]
        self._channel = Channel(spawned.connection)
        self._deadline = time.monotonic() + self.open_timeout_s
        parameters = self.model.parameters
        with contextlib.suppress(OSError):  # died at once: ready() will say how
            self._channel.send(
                {
                    "engine": self.engine,
                    "model": {
                        "format": self.model.format,
                        "program": str(self.model.program),
                        "parameters": str(parameters) if parameters else None,
                    },
                    "options": self.options,
                }
            )

    def _spawned(self) -> Spawned:
        """The process that was begun ahead, if it is as this one must be; else another."""
        usual = self.interpreter is None and self.memory_bytes is None
        # How threads wait is decided when a library is imported.
        waiting = ahead.taken(self.engine) if usual and "spinning" not in self.options else None
        if waiting is not None:
            return waiting
        return spawn(memory_bytes=self.memory_bytes, interpreter=self.interpreter)

    def ready(self) -> EngineInfo | Failure:
        """Wait until the model is loaded.

        Raises UsageError where the engine refuses its options, and EngineError where
        it can't start here, whatever the model.
        """
        reply = self._receive("open", self.open_timeout_s)
        if not isinstance(reply, dict):
            return reply
        if "refused" in reply:
            self.close()
            error = UsageError if reply["usage"] else EngineError
            where = f" in {self.interpreter.path}" if self.interpreter else ""
            raise error(f"engine {self.engine}{where}: {reply['refused']}")
        if "raised" in reply:
            failure = _raised(reply)
            self.close()
            return failure
        self.info = self._told(reply["ready"])
        self.load_s = float(reply["seconds"])
        return self.info

    def submit(self, feed: Feed, *, times: int = 1) -> None:
        """Send a feed. At most ``SLOTS - 1`` may wait to be collected. times: that it is run."""
        if self._channel is None or len(self._pending) >= SLOTS - 1:
            raise EngineError(f"{self.engine}: submit without a free slot")
        slot = self._next_slot
        self._next_slot = (slot + 1) % SLOTS
        layout = self._arenas[2 * slot].write(feed)
        if not self._pending:
            self._deadline = time.monotonic() + self.run_timeout_s
        self._pending.append(slot)
        with contextlib.suppress(OSError):  # died since: collect() will say how
            self._channel.send({"slot": slot, "feed": layout, "times": times})

    def collect(self) -> Reply:
        """Wait for the oldest feed submitted."""
        slot = self._pending.popleft()
        message = self._receive("run", self.run_timeout_s)
        now = time.monotonic()
        if not isinstance(message, dict):
            return Reply(message, now, now)
        self._deadline = now + self.run_timeout_s
        if "info" in message:  # what is effective may be known by running only
            self.info = self._told(message["info"])
        result = (
            _raised(message)
            if "raised" in message
            else self._arenas[2 * slot + 1].read(message["outputs"])
        )
        seconds = tuple(message.get("seconds", ()))
        return Reply(result, message["started"], message["finished"], seconds)

    def run(self, feed: Feed, *, times: int = 1) -> Reply:
        """Submit one feed and wait for it. times: that it is run, the last one's outputs kept."""
        if times == 1:
            self.submit(feed)
        else:
            self.submit(feed, times=times)
        return self.collect()

    def stderr(self) -> str:
        """The end of what the process printed."""
        return self._process.printed() if self._process else ""

    def close(self) -> None:
        """End the process, at once and for certain."""
        process, self._process = self._process, None
        if process is not None:
            process.end()
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        for arena in self._arenas:
            arena.close()
        self._arenas = []
        self._pending.clear()
        self._next_slot = 0

    def _told(self, message: Message) -> EngineInfo:
        info = _info(message)
        if self.interpreter is None:
            return info
        where = {
            "environment": str(self.interpreter.path),
            "python": self.interpreter.version,
            "numpy": self.interpreter.numpy,
        }
        return replace(info, effective={**info.effective, **where})

    def _last_words(self) -> str:
        """End it; what it printed, to the last."""
        process = self._process
        self.close()
        return process.printed() if process else ""

    def _receive(self, doing: str, timeout_s: float) -> Message | Died | TimedOut:
        if self._channel is None or self._process is None:
            return Died(1, "the worker had already ended")
        try:
            message = self._channel.receive(max(0.001, self._deadline - time.monotonic()))
        except TimeoutError:
            return TimedOut(doing, timeout_s, self._last_words())
        if message is None:
            code = self._process.wait(_DYING_S)
            # None: it hung up, and lives on.
            return Died(-signal.SIGKILL if code is None else code, self._last_words())
        return message


def _raised(message: Message) -> Raised:
    raised = message["raised"]
    return Raised(raised["type"], first_line(raised["message"]))


def _info(message: Message) -> EngineInfo:
    def tensors(key: str) -> tuple[TensorInfo, ...]:
        return tuple(TensorInfo(n, d, None if s is None else tuple(s)) for n, d, s in message[key])

    return EngineInfo(
        message["engine"],
        message["version"],
        tensors("inputs"),
        tensors("outputs"),
        message["effective"],
    )
