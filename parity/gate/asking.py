"""Ask one side of a case for its answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from parity.compare.pairing import pair
from parity.engines import EngineInfo
from parity.errors import CaseError, EngineError
from parity.inputs import Example, Limits, Tokenizer, load_tokenizer, read_as, text
from parity.inputs.feeds import OWN, load
from parity.model.domains import signature
from parity.model.tensors import Array, Outputs
from parity.tasks import Answer, Task
from parity.verify.answers import subjects
from parity.verify.feeds.described import described
from parity.verify.request import Request
from parity.verify.task import task_of
from parity.workers.worker import Worker


@dataclass(frozen=True)
class Answered:
    """One text's answer, and the output that it was decoded from, without padding."""

    text: str
    answer: Answer
    logits: Array


class Asked:
    """One side of a case, loaded, that answers texts. Leaving the block ends its process."""

    def __init__(self, asked: Request, role: str, *, tokenizer: Tokenizer | None = None) -> None:
        side = asked.reference if role == "reference" else asked.candidate
        self._asked, self._role, self._tokenizer = asked, role, tokenizer
        self._program = side.model.program
        self.task = needed(asked)
        self._names: dict[str, str] = {}
        self._worker = Worker(
            side.engine, side.model, side.options, run_timeout_s=asked.run_timeout_s,
            interpreter=side.interpreter,
        )  # fmt: skip

    def __enter__(self) -> Self:
        self._worker.start()
        try:
            self._names = paired(self._asked, self._opened())
        except BaseException:
            self._worker.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()

    def _opened(self) -> EngineInfo:
        info = self._worker.ready()
        if not isinstance(info, EngineInfo):
            raise EngineError(f"{self._program}: the {self._role} doesn't load: {info}")
        return info

    def answers(self, texts: Sequence[str]) -> Iterator[Answered]:
        """The answers, text by text. Raises EngineError where it fails on one."""
        for example in _examples(self._asked, self.task, texts, self._tokenizer):
            self._worker.submit(example.feed)
            outputs = self._worker.collect().result
            if not isinstance(outputs, dict):
                what = list(example.texts) if example.texts else example.label
                raise EngineError(f"{self._role} fails on {what}: {outputs}")
            renamed = {expected: outputs[actual] for expected, actual in self._names.items()}
            yield from _answers(self.task, example, renamed)


def ask(
    asked: Request, role: str, texts: Sequence[str], *, tokenizer: Tokenizer | None = None
) -> Iterator[Answered]:
    """The answers of one side, "reference" or "candidate", text by text.

    texts: for a task that reads none, paths of feeds; without any the case's own. tokenizer: that
    reads them; None for the case's.
    Raises EngineError if it can't load or fails on a text.
    """
    with Asked(asked, role, tokenizer=tokenizer) as side:
        yield from side.answers(texts)


def needed(asked: Request) -> Task:
    """The task. Raises CaseError where there is none."""
    task = task_of(asked)
    if task is None:
        raise CaseError("no task, so no answers")
    return task


def paired(asked: Request, info: EngineInfo) -> dict[str, str]:
    """The side's output name by the reference's."""
    expected = [spec.name for spec in signature(asked.reference.model).outputs]
    found = pair(expected, [o.name for o in info.outputs], renamed=asked.renamed)
    if found.findings:
        raise EngineError(f"its outputs are others: {'; '.join(map(str, found.findings))}")
    return dict(found.names)


def _examples(
    asked: Request, task: Task, texts: Sequence[str], reader: Tokenizer | None
) -> Iterator[Example]:
    specs = described(asked).inputs
    if not task.reads_texts:
        paths = tuple(map(Path, texts)) or asked.feeds
        for own in load(paths, specs, picture=asked.picture)[0]:
            yield Example(own.feed, f"{OWN} {own.name}")
        return
    found = reader or load_tokenizer(asked.tokenizer or asked.reference.model.program.parent)
    tokenizer = read_as(asked.kind, found)
    limits = Limits(max_length=asked.max_length)
    for start in range(0, len(texts), asked.golden_batch):
        some = texts[start : start + asked.golden_batch]
        yield text.given(specs, some, limits=limits, tokenizer=tokenizer, label=f"{start + 1}")


def _answers(task: Task, example: Example, outputs: Outputs) -> Iterator[Answered]:
    for row, (subject, offsets) in enumerate(subjects(task, example, outputs)):
        kept = np.array(task.kept(outputs, row, offsets))
        yield Answered(subject, task.answer(outputs, row, subject, offsets), kept)
