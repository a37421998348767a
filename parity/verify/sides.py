"""Reference and candidate, both running, and one feed through both."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parity.compare.findings import Finding
from parity.compare.outputs import Comparison
from parity.compare.pairing import Pairing, pair
from parity.compare.values import BoolArray
from parity.engines import EngineInfo
from parity.errors import EngineError
from parity.inputs import Example
from parity.model.formats.read import graph_of
from parity.model.spec import Signature, TensorSpec
from parity.model.tensors import Outputs
from parity.store.count import FromStore, between
from parity.verify.candidate import failed, restart
from parity.verify.comparer import Comparer
from parity.verify.doubt.arbiter import Arbiter
from parity.verify.facts.busy import Busy
from parity.verify.interface import inputs, mapped, undeclared
from parity.verify.reference import Fresh, Reference, cores, shared, worker_of
from parity.verify.request import Request
from parity.verify.stored import stored_reference_of
from parity.workers.failure import Died, Failure, Raised, TimedOut
from parity.workers.worker import Reply

IN_FLIGHT = 2
"""Feeds under way: one in the engines, one waiting, so that they never idle."""

LONG = 1024
"""From this many positions in an axis, the batch apart, the engines work one after the other.

What they hold for the moment grows with the square: the only feeds of 2,048 positions took
0.3 GB in either engine with ernie-3.0-nano, and both at once were the peak of the whole check.
"""


@dataclass(frozen=True)
class Outcome:
    """What one example showed; the arrays lie in shared memory until the next two submits.

    refused: why the reference doesn't take it, in one line; nothing was compared then. It is no
    input of the model, and no candidate can be blamed for it. hung, died: it didn't even say so.
    """

    example: Example
    comparison: Comparison
    expected: Outputs
    actual: Outputs
    refused: str | None = None
    hung: bool = False
    died: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, worst kind first."""
        return self.comparison.findings


class Sides:
    """Both workers. ``start`` returns at once; ``ready`` waits until both are loaded.

    usual: magnitude of each output of the reference. tiny: whether differences that the tolerance
    lets pass are held against rounding, too. undeclared: a line for each output of the candidate
    of another shape than it declares.
    """

    def __init__(self, request: Request, reference: Reference | None = None) -> None:
        self.request = request
        self.busy = Busy()
        self.concurrent = cores() > 1
        self._renamed: Mapping[str, str] = request.renamed
        self._signature: Signature | None = None
        self._pairing: Pairing | None = None
        self._comparer: Comparer | None = None
        self._examples: deque[Example] = deque()
        self._sent: deque[bool] = deque()  # to the candidate; the reference has all of them
        self._declared: tuple[TensorSpec, ...] = ()
        self.undeclared: dict[str, str] = {}
        threads = shared()
        timeouts: dict[str, Any] = {
            "open_timeout_s": request.open_timeout_s,
            "run_timeout_s": request.run_timeout_s,
        }
        self._owned = reference is None
        self._broken = False
        self.reference = reference or stored_reference_of(request.reference, **timeouts)
        # A reference that remembers leaves its cores to the candidate.
        mine = cores() if self.reference.warm else threads
        self.candidate = worker_of(request.candidate, mine, timeouts)
        self.arbiter = Arbiter(request, timeouts)
        self._source: Reference = self.reference
        self._from_store = self.reference.from_store
        self.usual: Mapping[str, float] = {}
        self.tiny = False

    def __enter__(self) -> "Sides":
        try:
            self.reference.start()
            self.candidate.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # An exception, Ctrl-C above all, may have come in the middle of a message: whoever
        # waits for the rest of it waits in vain. A reference that is shared starts anew.
        self.close(reference=self._owned or self._broken or kind is not None)

    def break_off(self) -> None:
        """The run was ended in the middle of a message: no worker is of use any more."""
        self._broken = True

    def close(self, *, reference: bool = True) -> None:
        """End the workers; that of the reference on demand."""
        self.arbiter.close()
        if self._source is not self.reference:
            self._source.close()
        self.candidate.close()
        if reference:
            self.reference.close()
        else:
            self.reference.forget_pending()

    def ready(self, signature: Signature) -> list[Finding]:
        """Wait for both and see whether they take the same inputs.

        signature: the reference's. Raises EngineError if the reference doesn't
        load; a candidate that doesn't is a finding.
        """
        self._signature = signature
        reference = self._opened()
        candidate = self.candidate.ready()
        if not isinstance(candidate, EngineInfo):
            return [failed("open", candidate)]
        # As the file has it: ONNX Runtime tells what it concludes itself.
        self._declared = graph_of(self.candidate.model.program).outputs
        mapped(self._renamed, reference, candidate)
        findings = list(inputs(reference, candidate, signature))
        self._pairing = pair(
            [o.name for o in reference.outputs],
            [o.name for o in candidate.outputs],
            renamed=self._renamed,
        )
        self._comparer = Comparer(self.request, signature, self._pairing.names)
        return [*findings, *self._pairing.findings]

    def _opened(self) -> EngineInfo:
        """The reference, with its plain kernels where its default ones don't load."""
        default = self.reference.ready()
        if isinstance(default, EngineInfo):
            return default
        plain = self.arbiter.opened(default)
        if plain is None or self.arbiter.plain is None:
            program = self.reference.worker.model.program
            raise EngineError(f"{program}: the reference fails: {default}")
        self._source = self.arbiter.plain
        return plain

    @property
    def pairing(self) -> Pairing | None:
        """How outputs were paired; None where the candidate did not load."""
        return self._pairing

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """The reference's inputs."""
        return self._signature.inputs if self._signature else ()

    def named(self, outputs: Outputs) -> Outputs:
        """The candidate's arrays by the reference's names."""
        return self._comparer.named(outputs) if self._comparer else {}

    def valid(self, outcome: Outcome) -> Mapping[str, BoolArray]:
        """Which positions of each output count, where some may not."""
        return self._comparer.valid(outcome.example, outcome.expected) if self._comparer else {}

    @property
    def source(self) -> Reference:
        """Whose answers count: the reference, or that with its plain kernels."""
        return self._source

    @property
    def from_store(self) -> FromStore | None:
        """How many of the reference's answers came from the store; None where there is none."""
        return between(self._from_store, self.reference.from_store)

    @property
    def pending(self) -> int:
        """Examples submitted and not collected."""
        return len(self._examples)

    def evaluate(self, example: Example) -> Outcome:
        """One example through both sides, with nothing else under way."""
        while self._examples:
            self.collect()
        self.submit(example)
        return self.collect()

    def submit(self, example: Example) -> None:
        """Send an example to both sides; at most ``IN_FLIGHT`` may be under way."""
        if not self.candidate.alive:
            restart(self.candidate)
        self._source.revive()
        self._source.submit(example)
        # On one core two engines at once only get in each other's way. What comes behind
        # one that waits for the reference waits too: answers come in order.
        sent = self.concurrent and all(self._sent) and not _long(example)
        if sent:
            self.candidate.submit(example.feed)
        self._examples.append(example)
        self._sent.append(sent)

    def collect(self) -> Outcome:
        """Wait for the oldest example and compare its outputs."""
        example, sent = self._examples.popleft(), self._sent.popleft()
        expected = self._reference_reply()
        if not sent:
            self.candidate.submit(example.feed)
        actual = self.candidate.collect()
        self.busy.add(actual.started, actual.finished)
        if isinstance(actual.result, Died | TimedOut):
            # The feeds behind it died with the worker; they run again in a new one.
            self._resubmit()
        if isinstance(expected, Raised | Died | TimedOut):
            rescued = self._rescued(example, expected)
            expected = expected if rescued is None else rescued
        if isinstance(expected, Raised | Died | TimedOut):
            hung, died = isinstance(expected, TimedOut), isinstance(expected, Died)
            return Outcome(example, Comparison((), ()), {}, {}, str(expected), hung, died)
        if isinstance(actual.result, Raised | Died | TimedOut):
            failure = actual.result
            comparison = Comparison((), (failed("run", failure),))
            return Outcome(example, comparison, expected, {})
        expected, comparison = self._compare(example, expected, actual.result)
        return Outcome(example, comparison, expected, actual.result)

    def _compare(
        self, example: Example, expected: Outputs, actual: Outputs
    ) -> tuple[Outputs, Comparison]:
        if self._comparer is None:
            raise EngineError("an example was run before both sides were ready")
        for name, line in undeclared(self._declared, actual):
            self.undeclared.setdefault(name, line)
        numbers = self._comparer.numbers(example, expected, actual)
        if numbers.findings or self.tiny:
            question = self._comparer.question(example, expected, actual, numbers, self.usual)
            answer = self.arbiter.answer(question)
            expected, numbers = answer.expected, answer.comparison
            if self.arbiter.remembers and not isinstance(self._source, Fresh):
                self._move_to(self.arbiter.fresh())
            elif self.arbiter.warning is not None and self._source is self.reference:
                self._move_to(self.arbiter.plain)
        return expected, self._comparer.judged(example, expected, actual, numbers)

    def _rescued(self, example: Example, failure: Failure) -> Outputs | None:
        """What the plain kernels answer where the default ones failed; they answer from then on."""
        if self._source is not self.reference:
            return None
        outputs = self.arbiter.rescued(example, failure)
        if outputs is not None:
            self._move_to(self.arbiter.plain)
        return outputs

    def _move_to(self, source: Reference | None) -> None:
        """Have the reference's answers from elsewhere, those under way too."""
        if source is None:
            return
        self._source.forget_pending()
        self._source = source
        for example in self._examples:
            source.submit(example)

    def _reference_reply(self) -> Outputs | Failure:
        reply: Reply = self._source.collect()
        if reply.finished > reply.started:
            self.busy.add(reply.started, reply.finished)
        if isinstance(reply.result, Died) and reply.result.signal == "SIGKILL":
            # No engine does that to itself: memory ran out, or somebody did it.
            program = self.reference.worker.model.program
            raise EngineError(f"{program}: the reference fails: {reply.result}")
        if isinstance(reply.result, Died | TimedOut):
            self._source.revive()
            for example in self._examples:
                self._source.submit(example)
        return reply.result

    def _resubmit(self) -> None:
        restart(self.candidate)
        for example, sent in zip(self._examples, self._sent, strict=True):
            if sent:
                self.candidate.submit(example.feed)


def _long(example: Example) -> bool:
    return any(max(array.shape[1:], default=0) >= LONG for array in example.feed.values())
