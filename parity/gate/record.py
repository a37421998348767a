"""Ask one side of a case for its answers, and record the reference's."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parity import plugins
from parity.case import Case
from parity.compare.pairing import pair
from parity.engines import EngineInfo
from parity.errors import CaseError, EngineError
from parity.gate import models
from parity.gate.cell import Cell
from parity.gate.provenance import provenance
from parity.gate.run import Settings, made, request
from parity.golden import Golden
from parity.inputs import Example, Limits, load_tokenizer, text
from parity.model.domains import signature
from parity.model.tensors import Array, Outputs
from parity.tasks import Answer, Task
from parity.verify.feeds.described import described
from parity.verify.request import Recorded, Request
from parity.workers.worker import Worker


@dataclass(frozen=True)
class Answered:
    """One text's answer, and the output that it was decoded from, without padding."""

    text: str
    answer: Answer
    logits: Array


def asked_of(cell: Cell, settings: Settings, *, candidate: bool) -> Request:
    """What is asked for a cell. Without ``candidate`` none is made: both sides are the reference.

    Raises CaseError for a case without a task or a tokenizer.
    """
    model = models.reference(cell.case, settings.roots)
    other = made(cell, model, settings)[0] if candidate else model
    asked = request(cell, model, other, settings)
    if asked.task is None:
        raise CaseError(f"{cell.case.name}: has no task, so no answers: write [task] name = …")
    if asked.tokenizer is None:
        raise CaseError(
            f"{cell.case.name}: no tokenizer beside the reference; "
            "name one with [reference] tokenizer = …"
        )
    return asked


def ask(asked: Request, role: str, texts: Sequence[str]) -> Iterator[Answered]:
    """The answers of one side, "reference" or "candidate", text by text.

    Raises EngineError if it can't load or fails on a text.
    """
    side = asked.reference if role == "reference" else asked.candidate
    task = _task(asked)
    with Worker(side.engine, side.model, side.options, run_timeout_s=asked.run_timeout_s) as worker:
        info = worker.ready()
        if not isinstance(info, EngineInfo):
            raise EngineError(f"{side.model.program}: the {role} doesn't load: {info}")
        names = _names(asked, info)
        for example in _examples(asked, texts):
            worker.submit(example.feed)
            outputs = worker.collect().result
            if not isinstance(outputs, dict):
                raise EngineError(f"{role} fails on {list(example.texts or ())}: {outputs}")
            renamed = {expected: outputs[actual] for expected, actual in names.items()}
            yield from _answers(task, example, renamed)


def record(case: Case, settings: Settings, texts: Sequence[str]) -> Golden:
    """What the reference answers to these texts today. Raises CaseError, EngineError."""
    twice = [text for text, n in Counter(texts).items() if n > 1]
    if twice or not texts:
        raise CaseError(f"{case.name}: " + (f"{twice[0]!r} is there twice" if twice else "no text"))
    cell = Cell(case, case.opset, "fp32", case.inputs[0])
    asked = asked_of(cell, settings, candidate=False)
    recorded = [
        Recorded(a.text, a.answer.shown, a.answer.confidence, a.logits)
        for a in ask(asked, "reference", texts)
    ]
    return Golden(tuple(recorded), provenance(asked), f"parity record {case.name}")


def path_of(case: Case) -> Path:
    """Where a case's golden lies. Raises CaseError if it has none."""
    if case.golden is None:
        raise CaseError(f'{case.name}: names no golden; write golden = "golden.json" into the case')
    return case.folder / case.golden


def _task(asked: Request) -> Task:
    if asked.task is None:
        raise CaseError("no task, so no answers")
    folder = asked.reference.model.program.parent
    task: Task = plugins.load("tasks", asked.task.name).open(asked.task.options, folder)
    return task


def _names(asked: Request, info: EngineInfo) -> dict[str, str]:
    """The side's output name by the reference's."""
    expected = [spec.name for spec in signature(asked.reference.model).outputs]
    found = pair(expected, [o.name for o in info.outputs], renamed=asked.renamed)
    if found.findings:
        raise EngineError(f"its outputs are others: {'; '.join(map(str, found.findings))}")
    return dict(found.names)


def _examples(asked: Request, texts: Sequence[str]) -> Iterator[Example]:
    specs = described(asked).inputs
    tokenizer = load_tokenizer(asked.tokenizer or asked.reference.model.program.parent)
    limits = Limits(max_length=asked.max_length)
    for start in range(0, len(texts), asked.golden_batch):
        some = texts[start : start + asked.golden_batch]
        yield text.given(specs, some, limits=limits, tokenizer=tokenizer, label=f"{start + 1}")


def _answers(task: Task, example: Example, outputs: Outputs) -> Iterator[Answered]:
    decoded = outputs[task.output] if task.output else next(iter(outputs.values()))
    for row, (sentence, offsets) in enumerate(
        zip(example.texts or (), example.offsets or (), strict=True)
    ):
        logits = decoded[row, : len(offsets)] if decoded.ndim > 2 else decoded[row]
        yield Answered(sentence, task.answer(outputs, row, sentence, offsets), np.array(logits))
