"""The case's own feeds and the reference's answers, run once and kept."""

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from parity.errors import UsageError
from parity.inputs import Example
from parity.model.tensors import Array, Feed, Outputs
from parity.verify.comparer import Comparer
from parity.verify.reference import Reference, shared, worker_of
from parity.verify.request import Request
from parity.verify.result import Result
from parity.verify.run import verify
from parity.workers.failure import Failure
from parity.workers.worker import Reply

STRONGER = 3
"""Seeds of the stronger search, each with as many times the generated examples of the case."""

MEMORY_BYTES = 2 * 2**30
"""Answers that are kept at most; feeds beyond that are left out, and it is said."""


@dataclass(frozen=True)
class Fed:
    """A feed, and what the reference answers."""

    example: Example
    expected: Outputs

    @property
    def size(self) -> int:
        """Numbers in the feed."""
        return sum(a.size for a in self.example.feed.values())


@dataclass(frozen=True)
class Recorded:
    """own: the feeds of the case. stronger: those of a search that looks harder. notes: what is
    missing in either, and why.
    """

    request: Request
    result: Result
    comparer: Comparer
    own: tuple[Fed, ...]
    stronger: tuple[Fed, ...]
    notes: tuple[str, ...] = ()


class Recorder(Reference):
    """A reference that writes down what it is asked and answers."""

    def __enter__(self) -> Self:
        return self

    def __init__(self, request: Request) -> None:
        timeouts = {
            "open_timeout_s": request.open_timeout_s,
            "run_timeout_s": request.run_timeout_s,
        }
        super().__init__(worker_of(request.reference, shared(), timeouts),
                         remember=True)  # fmt: skip
        self.taken: list[Fed] = []
        self.left_out = 0
        self._bytes_taken = 0
        self._asked: deque[Example] = deque()
        self._seen: set[bytes] = set()

    def submit(self, example: Example) -> None:
        super().submit(example)
        self._asked.append(example)

    def collect(self) -> Reply:
        reply = super().collect()
        if self._asked:
            self._take(self._asked.popleft(), reply.result)
        return reply

    def forget_pending(self) -> None:
        super().forget_pending()
        self._asked.clear()

    def fresh(self) -> list[Fed]:
        """What was taken since the last call."""
        found, self.taken = self.taken, []
        return found

    def _take(self, example: Example, result: Outputs | Failure) -> None:
        if not isinstance(result, Mapping):
            return
        key = _digest(example.feed)
        if key in self._seen:
            return
        self._seen.add(key)
        size = sum(a.nbytes for a in (*result.values(), *example.feed.values()))
        if self._bytes_taken + size > MEMORY_BYTES:
            self.left_out += 1
            return
        self._bytes_taken += size
        kept: dict[str, Array] = {n: np.array(a) for n, a in result.items()}
        feed = {n: np.array(a) for n, a in example.feed.items()}
        self.taken.append(Fed(replace(example, feed=feed), kept))


def _digest(feed: Feed) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(feed):
        array = feed[name]
        digest.update(f"{name} {array.dtype.str} {array.shape};".encode())
        digest.update(np.asarray(array, order="C").tobytes())
    return digest.digest()


def record(request: Request) -> Recorded:
    """Run the case, then a stronger search on other seeds and every length.

    Raises UsageError where the candidate doesn't pass as it is: a worse one would show nothing.
    """
    with Recorder(request) as recorder:
        result = verify(request, reference=recorder)
        if not result.passed:
            found = next(iter(result.verdict.findings), "it doesn't pass")
            raise UsageError(f"the candidate doesn't pass as it is, so no fault shows: {found}")
        own = recorder.fresh()
        effort = request.effort
        notes = []
        for seed in range(1, STRONGER):
            harder = replace(
                effort, seed=effort.seed + 1000 * seed, every_length=True,
                max_examples=STRONGER * effort.max_examples,
            )  # fmt: skip
            wider = replace(request, effort=harder, golden=(), replay=())
            findings = verify(wider, reference=recorder).verdict.findings
            if findings:
                notes.append(_ended(harder.seed, str(findings[0])))
        stronger = recorder.fresh()
        if recorder.left_out:
            notes.append(
                f"{recorder.left_out} feeds aren't kept: all together take more than "
                f"{MEMORY_BYTES / 2**30:.0f} GiB"
            )
    comparer = Comparer(request, result.signature, result.pairs)
    return Recorded(request, result, comparer, tuple(own), tuple(stronger), tuple(notes))


def _ended(seed: int, finding: str) -> str:
    """A search ends where it finds something, so that there is less to call a mutant by."""
    return (
        f"the stronger search finds the candidate itself to be off, which the case doesn't, and "
        f"ends there (--seed {seed}): {finding}"
    )
