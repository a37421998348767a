"""The answers of one side to all rows, batch by batch."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from parity.engines import EngineInfo
from parity.errors import EngineError
from parity.evaluate import pictures
from parity.evaluate.data import Row
from parity.gate.asking import paired
from parity.inputs import DEFAULT_LENGTH, Encoded, Example, Limits, load_tokenizer, read_as, text
from parity.inputs.tokenizers import PairTokenizer, Tokenizer
from parity.model.spec import Signature
from parity.model.tensors import Outputs
from parity.tasks import Answer, Task
from parity.tasks.question_answering import QuestionAnswering, Window
from parity.verify.feeds.described import described
from parity.verify.request import Request
from parity.workers.worker import Worker

STRIDE = 128
"""Tokens that two windows of a long context have in common: PaddleNLP's ``run_qa.py``."""

Progress = Callable[[int], None]
"""Told how many rows are done."""


@dataclass(frozen=True)
class Answered:
    """answers: one a row. seconds: that the engine was at work."""

    answers: tuple[Answer, ...]
    seconds: float


def ask(
    asked: Request, role: str, task: Task, rows: Sequence[Row], *, batch: int, progress: Progress
) -> Answered:
    """All answers, in order. Raises EngineError where the side fails, CaseError for NaN."""
    side = asked.reference if role == "reference" else asked.candidate
    found: list[Answer] = []
    busy = 0.0
    with Worker(
        side.engine, side.model, side.options,
        open_timeout_s=asked.open_timeout_s, run_timeout_s=asked.run_timeout_s,
    ) as worker:  # fmt: skip
        info = worker.ready()
        if not isinstance(info, EngineInfo):
            raise EngineError(f"the {role} doesn't load: {info}")
        names = paired(asked, info)

        def run(example: Example) -> Outputs:
            nonlocal busy
            begun = time.monotonic()
            worker.submit(example.feed)
            result = worker.collect().result
            busy += time.monotonic() - begun
            if not isinstance(result, dict):
                raise EngineError(f"the {role} fails on {example.label}: {result}")
            return {expected: result[actual] for expected, actual in names.items()}

        for some in _ways(asked, task, rows, batch, run):
            found += some
            progress(len(found))
    if len(found) != len(rows):
        raise EngineError(f"{len(found)} answers to {len(rows)} rows")
    return Answered(tuple(found), busy)


Run = Callable[[Example], Outputs]


def _ways(
    asked: Request, task: Task, rows: Sequence[Row], batch: int, run: Run
) -> Iterator[list[Answer]]:
    """The answers, some at a time."""
    if not task.reads_texts:
        return pictures.answers(asked, task, rows, run)
    inputs = described(asked)
    found = load_tokenizer(asked.tokenizer or asked.reference.model.program.parent)
    if isinstance(task, QuestionAnswering):
        return _read(asked, inputs, task, rows, batch, run, PairTokenizer(found))
    return _texts(asked, inputs, task, rows, batch, run, read_as(asked.kind, found))


def _texts(
    asked: Request, inputs: Signature, task: Task, rows: Sequence[Row], batch: int, run: Run,
    tokenizer: Tokenizer,
) -> Iterator[list[Answer]]:  # fmt: skip
    limits = Limits(max_length=asked.max_length)
    for start in range(0, len(rows), batch):
        some = rows[start : start + batch]
        example = text.given(
            inputs.inputs, [r.text for r in some], limits=limits, tokenizer=tokenizer,
            label=f"{some[0].file}:{some[0].line}",
        )  # fmt: skip
        outputs = run(example)
        offsets = example.offsets or ()
        yield [task.answer(outputs, i, r.text, offsets[i]) for i, r in enumerate(some)]


@dataclass(frozen=True)
class _Cut:
    """A tokenizer that gives windows that were cut before."""

    inner: PairTokenizer
    done: Encoded

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def encode(self, texts: Sequence[str], max_length: int) -> Encoded:
        return self.done


def _read(
    asked: Request, inputs: Signature, task: QuestionAnswering, rows: Sequence[Row], batch: int,
    run: Run, tokenizer: PairTokenizer,
) -> Iterator[list[Answer]]:  # fmt: skip
    """Windows over long contexts, of which the best span wins."""
    longest = asked.max_length or DEFAULT_LENGTH
    # A short row leaves no room for the usual overlap.
    stride = min(STRIDE, longest // 4)
    for start in range(0, len(rows), batch):
        some = rows[start : start + batch]
        cut = tokenizer.windows([r.text for r in some], longest, stride=stride)
        flat = [(i, w) for i, done in enumerate(cut) for w in range(len(done.ids))]
        windows: list[list[Window]] = [[] for _ in some]
        for first in range(0, len(flat), batch):
            part = flat[first : first + batch]
            outputs, offsets = _windows(inputs, part, cut, some, longest, tokenizer, run)
            for row, (i, _) in enumerate(part):
                windows[i].append(task.window(outputs, row, some[i].text, offsets[row]))
        yield [task.best_of(r.text, w) for r, w in zip(some, windows, strict=True)]


def _windows(
    inputs: Signature, part: Sequence[tuple[int, int]], cut: Sequence[Encoded],
    some: Sequence[Row], longest: int, tokenizer: PairTokenizer, run: Run,
) -> tuple[Outputs, tuple[tuple[tuple[int, int], ...], ...]]:  # fmt: skip
    done = Encoded(
        tuple(cut[i].ids[w] for i, w in part),
        tuple(cut[i].segments[w] for i, w in part),
        tuple(cut[i].offsets[w] for i, w in part),
    )
    example = text.given(
        inputs.inputs, [some[i].text for i, _ in part], limits=Limits(max_length=longest),
        tokenizer=_Cut(tokenizer, done), label=f"{some[0].file}:{some[0].line}",  # type: ignore[arg-type]
    )  # fmt: skip
    return run(example), done.offsets
