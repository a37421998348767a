"""The reference side: a worker, and a memory of what it answered.

The cells of a matrix compare many candidates with one reference on the same
feeds. With a memory, each feed is run once, and a reference that is passed from
one verification to the next is loaded once.
"""

import hashlib
import os
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from parity.engines import EngineInfo
from parity.errors import EngineError
from parity.model.tensors import Array, Feed, Outputs
from parity.store.count import FromStore
from parity.verify.request import Side
from parity.workers.failure import Died, Failure, Raised, TimedOut
from parity.workers.worker import Reply, Worker

if TYPE_CHECKING:
    # The command starts the reference before it imports the rest, this too.
    from parity.inputs import Example

MEMORY_BYTES = 2 * 2**30
"""Outputs that are kept at most; what comes after is run again."""


class Reference:
    """Answers examples in the order in which they were submitted."""

    def __init__(self, worker: Worker, *, remember: bool = False) -> None:
        self.worker = worker
        self._remember = remember
        self._memory: dict[bytes, dict[str, Array]] = {}
        self._failures: dict[bytes, tuple[Failure, float]] = {}
        self._bytes = 0
        self._waiting: deque[tuple[bytes, dict[str, Array] | Failure | None]] = deque()
        self._ready: EngineInfo | Failure | None = None
        self._from_store: FromStore | None = None

    def __enter__(self) -> "Reference":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def from_store(self) -> FromStore | None:
        """How many answers came from the store; None where there is no store."""
        return self._from_store

    def without_store(self, why: str) -> "Reference":
        """Say why nothing of it is kept."""
        self._from_store = FromStore(why=why)
        return self

    @property
    def warm(self) -> bool:
        """Whether it remembers answers from an earlier verification."""
        return bool(self._memory)

    def start(self) -> None:
        """Begin to load, unless that was done before."""
        if not self.worker.alive:
            self._ready = None
            self.worker.start()

    def ready(self) -> EngineInfo | Failure:
        """Wait until it is loaded."""
        if self._ready is None or not self.worker.alive:
            self._ready = self.worker.ready()
        return self._ready

    def revive(self) -> None:
        """Load again what died. Raises EngineError if it doesn't load any more."""
        if self.worker.alive:
            return
        self.start()
        ready = self.ready()
        if not isinstance(ready, EngineInfo):
            raise EngineError(f"the reference loaded once, and now doesn't: {ready}")

    def submit(self, example: "Example") -> None:
        """Look an example up, or send it to the engine."""
        key = key_of(example.feed) if self._remember else b""
        known = self._known(key) if self._remember else None
        if known is None:
            self.worker.submit(example.feed)
        self._waiting.append((key, known))

    def collect(self) -> Reply:
        """The answer to the oldest example."""
        key, known = self._waiting.popleft()
        if known is not None:
            if isinstance(known, Died | TimedOut):
                # Whoever gets this sends again what was under way, as if it had died just now.
                self.forget_pending()
            return Reply(known, 0.0, 0.0)
        reply = self.worker.collect()
        self._answered(key, reply.result)
        if not isinstance(reply.result, dict | Raised):
            self._waiting.clear()
        return reply

    def _known(self, key: bytes) -> dict[str, Array] | Failure | None:
        """What is remembered of a feed. A hang only where no more time would be given now."""
        failure, waited_s = self._failures.get(key, (None, 0.0))
        if isinstance(failure, TimedOut) and waited_s < self.worker.run_timeout_s:
            failure = None
        return self._memory.get(key, failure)

    def ask(self, feed: Feed) -> Mapping[str, Array] | None:
        """The answer to a feed, with nothing else under way; None where the engine fails."""
        return self._copied(self.worker.run(feed).result) if self.worker.alive else None

    @staticmethod
    def _copied(result: Outputs | Failure) -> Mapping[str, Array] | None:
        if not isinstance(result, Mapping):
            return None
        return {name: np.array(array) for name, array in result.items()}

    def _answered(self, key: bytes, result: Outputs | Failure) -> None:
        if self._remember:
            self._keep(key, result)

    def _keep(self, key: bytes, result: Outputs | Failure) -> None:
        """Remember an answer, a refusal, or that the engine died or hung; each costs a load."""
        if isinstance(result, Mapping):
            size = sum(a.nbytes for a in result.values())
            if self._bytes + size <= MEMORY_BYTES:
                self._bytes += size
                self._memory[key] = {n: np.array(a) for n, a in result.items()}
        elif not (isinstance(result, Died) and result.signal == "SIGKILL"):
            # Not where memory ran out, or somebody ended it: that isn't the feed's.
            self._failures[key] = (result, self.worker.run_timeout_s)

    def forget_pending(self) -> None:
        """Take back what was submitted and not collected, at the end of a verification."""
        while self._waiting and self.worker.alive:
            self.collect()
        self._waiting.clear()

    def close(self) -> None:
        """End the engine. What it answered is still known, and it may be started again."""
        self.worker.close()
        self._waiting.clear()


class Fresh(Reference):
    """A reference that is loaded anew for every feed, since its kernels remember others."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._queue: deque[Feed] = deque()

    def submit(self, example: "Example") -> None:
        """Take an example; it is run when it is collected."""
        self._queue.append(example.feed)

    def collect(self) -> Reply:
        """The answer to the oldest example, by a new process."""
        feed = self._queue.popleft()
        self.worker.start()
        ready = self.worker.ready()
        return self.worker.run(feed) if isinstance(ready, EngineInfo) else Reply(ready, 0.0, 0.0)

    def revive(self) -> None:
        """It is new each time anyway."""

    def forget_pending(self) -> None:
        """Take back what was submitted."""
        self._queue.clear()


def key_of(feed: Feed) -> bytes:
    """A hash of a feed: names, dtypes, shapes and values."""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(feed):
        array = feed[name]
        digest.update(f"{name} {array.dtype.str} {array.shape};".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shared() -> int:
    """Threads of an engine that works beside another: half of the cores, of two both.

    One of two engines is as a rule done sooner, and leaves its core idle; where threads don't
    wait busily, two more than there are cores cost nothing. Where pytest-xdist runs several such
    pairs no core is idle, and there it is half.
    """
    alone = os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1") == "1"
    return max(min(2, cores()) if alone else 1, cores() // 2)


def reference_of(
    side: Side, *, remember: bool = False, open_timeout_s: float = 300.0, run_timeout_s: float
) -> Reference:
    """The reference on that side; one that remembers is for several verifications."""
    timeouts = {"open_timeout_s": open_timeout_s, "run_timeout_s": run_timeout_s}
    return Reference(worker_of(side, shared(), timeouts), remember=remember)


def worker_of(side: Side, threads: int, timeouts: Mapping[str, float]) -> Worker:
    """A worker for one side, not started; the side's own options win over the threads."""
    options = {"threads": threads, **side.options}
    return Worker(
        side.engine, side.model, options,
        open_timeout_s=timeouts["open_timeout_s"], run_timeout_s=timeouts["run_timeout_s"],
        interpreter=side.interpreter,
    )  # fmt: skip
