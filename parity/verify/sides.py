"""Reference and candidate, both running, and one feed through both."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from parity import plugins
from parity.compare.findings import CandidateFailed, Finding
from parity.compare.outputs import Comparison, compare
from parity.compare.pairing import Pairing, pair
from parity.compare.tolerance import Tolerance
from parity.engines import EngineInfo
from parity.errors import EngineError
from parity.inputs import Example
from parity.model.read import graph_of
from parity.model.spec import Signature, TensorSpec
from parity.model.tensors import Outputs
from parity.model.validity import by_output, valid_positions
from parity.verify.answers import Judge
from parity.verify.busy import Busy
from parity.verify.interface import inputs, mapped, undeclared
from parity.verify.reference import Reference, cores, reference_of, worker_of
from parity.verify.request import Request
from parity.verify.second import SecondOpinion, borderline, plain_options
from parity.workers.failure import Died, Failure, Raised, TimedOut
from parity.workers.worker import Reply, Worker

IN_FLIGHT = 2
"""Feeds under way: one in the engines, one waiting, so that they never idle."""


@dataclass(frozen=True)
class Outcome:
    """What one example showed; the arrays lie in shared memory until the next two submits.

    refused: why the reference doesn't take it, in one line; nothing was compared then. It is no
    input of the model, and no candidate can be blamed for it. hung: it didn't even say so.
    """

    example: Example
    comparison: Comparison
    expected: Outputs
    actual: Outputs
    refused: str | None = None
    hung: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, worst kind first."""
        return self.comparison.findings


class Sides:
    """Both workers. ``start`` returns at once; ``ready`` waits until both are loaded.

    undeclared: a line for each output of the candidate of another shape than it declares.
    """

    def __init__(self, request: Request, reference: Reference | None = None) -> None:
        self.busy = Busy()
        self.concurrent = cores() > 1
        self._tolerance: Tolerance = request.tolerance
        self._renamed: Mapping[str, str] = request.renamed
        self._signature: Signature | None = None
        self._pairing: Pairing | None = None
        self._examples: deque[Example] = deque()
        self._declared: tuple[TensorSpec, ...] = ()
        self.undeclared: dict[str, str] = {}
        threads = max(1, cores() // 2)
        timeouts = {
            "open_timeout_s": request.open_timeout_s,
            "run_timeout_s": request.run_timeout_s,
        }
        self._owned = reference is None
        self.reference = reference or reference_of(
            request.reference,
            open_timeout_s=request.open_timeout_s,
            run_timeout_s=request.run_timeout_s,
        )
        # A reference that remembers leaves its cores to the candidate.
        mine = cores() if self.reference.warm else threads
        self.candidate = worker_of(request.candidate, mine, timeouts)
        self._judge = _judge(request)
        self._second = _second(request, threads, timeouts)

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
        self.close(reference=self._owned or kind is not None)

    def close(self, *, reference: bool = True) -> None:
        """End the workers; that of the reference on demand."""
        if self._second is not None:
            self._second.close()
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
        reference = self.reference.ready()
        if not isinstance(reference, EngineInfo):
            program = self.reference.worker.model.program
            raise EngineError(f"{program}: the reference fails: {reference}")
        candidate = self.candidate.ready()
        if not isinstance(candidate, EngineInfo):
            return [_failed("open", candidate)]
        # As the file has it: ONNX Runtime tells what it concludes itself.
        self._declared = graph_of(self.candidate.model.program).outputs
        mapped(self._renamed, reference, candidate)
        findings = list(inputs(reference, candidate, signature))
        self._pairing = pair(
            [o.name for o in reference.outputs],
            [o.name for o in candidate.outputs],
            renamed=self._renamed,
        )
        return [*findings, *self._pairing.findings]

    @property
    def pairing(self) -> Pairing | None:
        """How outputs were paired; None where the candidate did not load."""
        return self._pairing

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
            _restart(self.candidate, "candidate")
        if not self.reference.worker.alive:
            _restart(self.reference.worker, "reference")
        self.reference.submit(example)
        if not self.concurrent:
            # On one core two engines at once only get in each other's way.
            self._examples.append(example)
            return
        self.candidate.submit(example.feed)
        self._examples.append(example)

    def collect(self) -> Outcome:
        """Wait for the oldest example and compare its outputs."""
        example = self._examples.popleft()
        expected = self._reference_reply()
        if not self.concurrent:
            self.candidate.submit(example.feed)
        actual = self.candidate.collect()
        self.busy.add(actual.started, actual.finished)
        if isinstance(actual.result, Died | TimedOut):
            # The feeds behind it died with the worker; they run again in a new one.
            self._resubmit()
        if isinstance(expected, Raised | Died | TimedOut):
            hung = isinstance(expected, TimedOut)
            return Outcome(example, Comparison((), ()), {}, {}, str(expected), hung)
        if isinstance(actual.result, Raised | Died | TimedOut):
            failure = actual.result
            comparison = Comparison((), (_failed("run", failure),))
            return Outcome(example, comparison, expected, {})
        return Outcome(example, self._compare(example, expected, actual.result), expected,
                       actual.result)  # fmt: skip

    def _compare(self, example: Example, expected: Outputs, actual: Outputs) -> Comparison:
        if self._pairing is None:
            raise EngineError("an example was run before both sides were ready")
        names = self._pairing.names
        for name, line in undeclared(self._declared, actual):
            self.undeclared.setdefault(name, line)
        comparison = self._numbers(example, expected, actual)
        if self._second is not None and borderline(comparison):
            plain = self._second.outputs(example.feed)
            again = None if plain is None else self._numbers(example, plain, actual)
            if again is not None and again.elements and not again.findings:
                comparison = replace(again, second=True)
        if self._judge is None:
            return comparison
        renamed = {e: actual[a] for e, a in names.items() if a in actual}
        return self._judge.judge(example, expected, renamed, comparison)

    def _numbers(self, example: Example, expected: Outputs, actual: Outputs) -> Comparison:
        if self._signature is None or self._pairing is None:
            raise EngineError("an example was run before both sides were ready")
        valid = valid_positions(self._signature.inputs, example.feed)
        return compare(
            expected,
            actual,
            names=self._pairing.names,
            tolerance=self._tolerance,
            valid=by_output(self._signature, valid, expected),
        )

    def _reference_reply(self) -> Outputs | Failure:
        reply: Reply = self.reference.collect()
        if reply.finished > reply.started:
            self.busy.add(reply.started, reply.finished)
        if isinstance(reply.result, Died) and reply.result.signal == "SIGKILL":
            # No engine does that to itself: memory ran out, or somebody did it.
            program = self.reference.worker.model.program
            raise EngineError(f"{program}: the reference fails: {reply.result}")
        if isinstance(reply.result, Died | TimedOut):
            _restart(self.reference.worker, "reference")
            for example in self._examples:
                self.reference.submit(example)
        return reply.result

    def _resubmit(self) -> None:
        _restart(self.candidate, "candidate")
        if self.concurrent:
            for example in self._examples:
                self.candidate.submit(example.feed)


def _restart(worker: Worker, role: str) -> None:
    worker.start()
    info = worker.ready()
    if not isinstance(info, EngineInfo):
        raise EngineError(f"the {role} loaded once, and now doesn't: {info}")


def _second(request: Request, threads: int, timeouts: Mapping[str, float]) -> SecondOpinion | None:
    plain = plain_options(request)
    if plain is None:
        return None
    side = replace(request.reference, options={**request.reference.options, **plain})
    return SecondOpinion(worker_of(side, threads, timeouts))


def _judge(request: Request) -> Judge | None:
    if request.task is None:
        return None
    module = plugins.load("tasks", request.task.name)
    folder = request.reference.model.program.parent
    recorded = {r.text: r for r in request.golden}
    task = module.open(request.task.options, folder)
    return Judge(task, request.tolerance, request.confidence, recorded, request.golden_confidence)


def _failed(doing: str, failure: Failure) -> CandidateFailed:
    finding = CandidateFailed(doing, str(failure))
    if isinstance(failure, Died):
        return replace(finding, signal=failure.signal, stderr=failure.stderr)
    if isinstance(failure, TimedOut):
        return replace(finding, stderr=failure.stderr)
    return finding
