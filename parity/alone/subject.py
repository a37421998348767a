"""The model that is asked, loaded, with feeds that it answers."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from parity import inputs
from parity.engines import EngineInfo
from parity.errors import EngineError, InputError
from parity.inputs import Example, Tokenizer, find_tokenizer, load_tokenizer
from parity.inputs.feeds import OWN, load
from parity.model.operators import operators
from parity.model.spec import Signature, TokenIds
from parity.model.tensors import Array
from parity.verify.checks import asking
from parity.verify.feeds.afford import limits
from parity.verify.feeds.described import described
from parity.verify.feeds.learning import learned
from parity.verify.feeds.planned import fixed, planned
from parity.verify.progress import nobody
from parity.verify.reference import cores, reference_of, worker_of
from parity.verify.request import Request, Side
from parity.workers.worker import Worker

Answers = Mapping[str, Array]

FEEDS = 8
"""Batches, and as many single rows: short and long, of rows of one length and of several."""


@dataclass
class Subject:
    """worker: the model. examples: feeds that it answered. answers: what, copied, in that order.

    dynamic: whether it scales activations by the batch, so that rows depend on it by design.
    """

    request: Request
    signature: Signature
    worker: Worker
    examples: list[Example]
    answers: list[Answers]
    dynamic: bool
    threads: int
    refused: int = 0

    @property
    def side(self) -> Side:
        """What is asked."""
        return self.request.reference

    def ask(self, example: Example) -> Answers | None:
        """What it answers now; None where it fails."""
        return asking.ask(self.worker, example.feed)

    def again(self) -> Iterator[tuple[Example, Answers]]:
        """Every feed with what was answered to it first."""
        return zip(self.examples, self.answers, strict=True)

    def batches(self) -> list[tuple[Example, Answers]]:
        """Those of several rows."""
        return [(e, a) for e, a in self.again() if asking.rows_of(e, self.signature) > 1]

    def batched(self) -> tuple[str, ...]:
        """The inputs of which the first axis holds the rows."""
        return inputs.open_first(self.signature.inputs)

    @contextmanager
    def another(self, *, threads: int | None = None) -> Iterator[Worker]:
        """The same model in a new process. Raises EngineError if it doesn't load there."""
        side = self.side
        if threads is not None:
            side = replace(side, options={**side.options, "threads": threads})
        with _worker(self.request, side, self.threads) as worker:
            _ready(worker)
            yield worker


@contextmanager
def subject(request: Request) -> Iterator[Subject]:
    """Load the model and ask it all feeds once.

    Raises EngineError where it doesn't load or answers nothing, InputError where there is no feed.
    """
    signature = described(request)
    examples = _examples(request, signature)
    side = request.reference
    dynamic = side.model.format == "onnx" and operators(side.model.program).dynamic
    threads = max(2, cores())
    with _worker(request, side, threads) as worker:
        _ready(worker)
        found = Subject(request, signature, worker, [], [], dynamic, threads)
        for example in examples:
            if not worker.alive:
                worker.start()
                _ready(worker)
            answer = found.ask(example)
            if answer is None:
                found.refused += 1
                continue
            found.examples.append(example)
            found.answers.append(answer)
        if not found.examples:
            raise EngineError(f"{side.model.program}: fails on all of {len(examples)} feeds")
        yield found


def _examples(request: Request, signature: Signature) -> list[Example]:
    limits_ = limits(request, signature)
    base = planned(request, signature, _tokenizer(request, signature), limits_)
    with reference_of(request.reference, run_timeout_s=request.run_timeout_s) as reference:
        if getattr(base, "learn", None) is not None:
            reference.start()
            base, _ = learned(base, reference, nobody)
    every = fixed(request, base)
    own: list[Example] = []
    if request.feeds:
        brought, _ = load(request.feeds, signature.inputs, picture=request.picture)
        own = [Example(one.feed, f"{OWN} {one.name}") for one in brought]
    batches = [e for e in every if asking.rows_of(e, signature) > 1]
    ragged = [e for e in batches if len(set(e.lengths or ())) > 1]
    single = [e for e in every if asking.rows_of(e, signature) <= 1]
    chosen = [
        *own[:FEEDS],
        *_some(batches, FEEDS // 2),
        *_some(ragged, FEEDS // 2),
        *_some(single, FEEDS),
        *asking.longest(every),
    ]
    unique = {id(example): example for example in chosen}
    if not unique:
        raise InputError(f"{request.reference.model.program}: no feed can be made; bring --feeds")
    return [*unique.values()]


def _some(examples: Iterable[Example], count: int) -> list[Example]:
    return asking.spaced(asking.short(examples), count)


def _tokenizer(request: Request, signature: Signature) -> Tokenizer | None:
    if not any(isinstance(spec.domain, TokenIds) for spec in signature.inputs):
        return None
    if request.tokenizer is not None:
        return load_tokenizer(request.tokenizer)
    return find_tokenizer(request.reference.model.program.parent)


def _worker(request: Request, side: Side, threads: int) -> Worker:
    timeouts = {
        "open_timeout_s": request.open_timeout_s,
        "run_timeout_s": request.run_timeout_s,
    }
    return worker_of(side, threads, timeouts)


def _ready(worker: Worker) -> None:
    info = worker.ready()
    if not isinstance(info, EngineInfo):
        raise EngineError(f"{worker.model.program}: {worker.engine} doesn't load it: {info}")
