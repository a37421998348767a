"""How far both sides of a cell are apart, feed by feed, with nothing judged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from parity.compare.tolerance import Tolerance
from parity.compare.values import measure as measured
from parity.engines import EngineInfo
from parity.errors import EngineError, InputError
from parity.gate.record import paired
from parity.inputs import Example, load_tokenizer
from parity.inputs.feeds import OWN, load
from parity.model.spec import TokenIds
from parity.model.tensors import Array, Outputs
from parity.model.validity import by_output, valid_positions
from parity.verify.answers import subjects
from parity.verify.checks import asking
from parity.verify.feeds.afford import limits
from parity.verify.feeds.described import described
from parity.verify.feeds.learning import learned
from parity.verify.feeds.planned import fixed, planned
from parity.verify.feeds.recorded import recorded
from parity.verify.progress import nobody
from parity.verify.reference import cores, reference_of, worker_of
from parity.verify.request import Request, Side
from parity.verify.task import task_of

_EXACT = Tolerance(0.0, 0.0)


@dataclass(frozen=True)
class Off:
    """One output on one feed. text: of the row, "" where no text was fed."""

    output: str
    feed: str
    text: str
    max_abs: float
    max_rel: float


@dataclass
class Seen:
    """offs: of every feed and output. answers, flips: that were compared, and that are others.

    moved: by how much a label's probability moved, with its text. refused: feeds that the reference
    doesn't take. broken: why a feed couldn't be compared; one is enough to propose nothing.
    """

    offs: list[Off] = field(default_factory=list)
    answers: int = 0
    flips: list[str] = field(default_factory=list)
    moved: list[tuple[float, str]] = field(default_factory=list)
    feeds: int = 0
    refused: int = 0
    broken: list[str] = field(default_factory=list)


def seen(asked: Request, say: Callable[[str], None]) -> Seen:
    """Both sides over the case's texts, feeds, and the boundary feeds of its plan.

    Raises EngineError where a side doesn't load, InputError where no feed can be made.
    """
    examples = _examples(asked)
    found = Seen()
    expected = _answers(asked, asked.reference, examples, say, "reference")
    actual = _answers(asked, asked.candidate, examples, say, "candidate")
    task = task_of(asked)
    signature = described(asked)
    for example, one, other in zip(examples, expected, actual, strict=True):
        if one is None:
            found.refused += 1
            continue
        if other is None:
            found.broken.append(f"the candidate fails on {example.label}")
            continue
        found.feeds += 1
        valid = by_output(signature, valid_positions(signature.inputs, example.feed), one)
        for name, array in one.items():
            _off(found, example, name, array, other.get(name), valid.get(name))
        if task is None or found.broken:
            continue
        for row, (text, offsets) in enumerate(subjects(task, example, one)):
            mine, theirs = (task.answer(side, row, text, offsets) for side in (one, other))
            found.answers += 1
            if not task.alike(mine.shown, theirs.shown):
                found.flips.append(text)
            elif mine.confidence is not None and theirs.confidence is not None:
                found.moved.append((abs(mine.confidence - theirs.confidence), text))
    return found


def _off(
    found: Seen, example: Example, name: str, expected: Array, actual: Array | None,
    valid: Array | None,
) -> None:  # fmt: skip
    """Note how far an output is off where positions count."""
    if actual is None or actual.shape != expected.shape or actual.dtype != expected.dtype:
        found.broken.append(f"{name} has another shape or type on {example.label}")
        return
    if expected.dtype.kind != "f":
        return
    where = None
    if valid is not None:
        shape = valid.shape + (1,) * (expected.ndim - valid.ndim)
        where = np.broadcast_to(np.asarray(valid, np.bool_).reshape(shape), expected.shape)
    told, differs = measured(name, expected, actual, tolerance=_EXACT, where=where)
    if any(type(f).__name__ == "NonFiniteDiffers" for f in differs):
        found.broken.append(f"{name} has NaN or infinity on one side alone, on {example.label}")
        return
    if told.elements:
        text = example.texts[0] if example.texts and len(example.texts) == 1 else ""
        found.offs.append(Off(name, example.label, text, told.max_abs, told.max_rel))


def _examples(asked: Request) -> list[Example]:
    signature = described(asked)
    bounds = limits(asked, signature)
    tokenizer = None
    if any(isinstance(s.domain, TokenIds) for s in signature.inputs) and asked.tokenizer:
        tokenizer = load_tokenizer(asked.tokenizer)
    base = planned(asked, signature, tokenizer, bounds)
    if getattr(base, "learn", None) is not None:
        with reference_of(asked.reference, run_timeout_s=asked.run_timeout_s) as reference:
            reference.start()
            base, _ = learned(base, reference, nobody)
    own: list[Example] = []
    if asked.feeds:
        brought, _ = load(asked.feeds, signature.inputs, picture=asked.picture)
        own = [Example(one.feed, f"{OWN} {one.name}") for one in brought]
    every = [*recorded(asked, signature, tokenizer, bounds, own), *own, *fixed(asked, base)]
    if not every:
        raise InputError(f"{asked.reference.model.program}: there is no feed to measure with")
    return every


def _answers(
    asked: Request, side: Side, examples: Sequence[Example], say: Callable[[str], None], role: str
) -> list[Mapping[str, Array] | None]:
    """Copies of what one side answers, by the reference's names; None where it fails."""
    timeouts = {"open_timeout_s": asked.open_timeout_s, "run_timeout_s": asked.run_timeout_s}
    with worker_of(side, cores(), timeouts) as worker:
        info = worker.ready()
        if not isinstance(info, EngineInfo):
            raise EngineError(f"{side.model.program}: the {role} doesn't load: {info}")
        names = paired(asked, info)
        made: list[Mapping[str, Array] | None] = []
        for number, example in enumerate(examples, 1):
            if number % 20 == 1:
                say(f"{role}: feed {number} of {len(examples)}")
            if not worker.alive:
                worker.start()
                worker.ready()
            answer: Outputs | None = asking.ask(worker, example.feed)
            made.append(None if answer is None else {e: answer[a] for e, a in names.items()})
        return made
