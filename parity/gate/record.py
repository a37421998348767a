"""Ask one side of a case for its answers, and record the reference's."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parity.case import Case
from parity.compare.pairing import pair
from parity.engines import EngineInfo
from parity.errors import CaseError, EngineError
from parity.gate import models
from parity.gate.cell import Cell
from parity.gate.provenance import provenance
from parity.gate.run import Settings, made, request
from parity.golden import Golden
from parity.inputs import Example, Limits, load_tokenizer, read_as, text
from parity.inputs.feeds import OWN, load
from parity.model.domains import signature
from parity.model.tensors import Array, Outputs
from parity.tasks import Answer, Task
from parity.verify.answers import subjects
from parity.verify.feeds.described import described
from parity.verify.request import Recorded, Request
from parity.verify.task import task_of
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
    if asked.tokenizer is None and _task(asked).reads_texts:
        raise CaseError(
            f"{cell.case.name}: no tokenizer beside the reference; "
            "name one with [reference] tokenizer = …"
        )
    return asked


def ask(asked: Request, role: str, texts: Sequence[str]) -> Iterator[Answered]:
    """The answers of one side, "reference" or "candidate", text by text.

    texts: for a task that reads none, paths of feeds; without any the case's own.
    Raises EngineError if it can't load or fails on a text.
    """
    side = asked.reference if role == "reference" else asked.candidate
    task = _task(asked)
    with Worker(side.engine, side.model, side.options, run_timeout_s=asked.run_timeout_s) as worker:
        info = worker.ready()
        if not isinstance(info, EngineInfo):
            raise EngineError(f"{side.model.program}: the {role} doesn't load: {info}")
        names = paired(asked, info)
        for example in _examples(asked, task, texts):
            worker.submit(example.feed)
            outputs = worker.collect().result
            if not isinstance(outputs, dict):
                what = list(example.texts) if example.texts else example.label
                raise EngineError(f"{role} fails on {what}: {outputs}")
            renamed = {expected: outputs[actual] for expected, actual in names.items()}
            yield from _answers(task, example, renamed)


def record(case: Case, settings: Settings, texts: Sequence[str]) -> Golden:
    """What the reference answers to these texts today. Raises CaseError, EngineError."""
    cell = Cell(case, case.opset, "fp32", case.inputs[0])
    asked = asked_of(cell, settings, candidate=False)
    task = _task(asked)
    twice = [text for text, n in Counter(texts).items() if n > 1]
    if task.reads_texts and (twice or not texts):
        raise CaseError(f"{case.name}: " + (f"{twice[0]!r} is there twice" if twice else "no text"))
    if not task.reads_texts and not asked.feeds:
        raise CaseError(f"{case.name}: no feeds to record: name them with [inputs.NAME] feeds = …")
    answered = list(ask(asked, "reference", texts if task.reads_texts else ()))
    # What looks the recorded ones up can do so only when all are known.
    among = task.among({a.text: a.logits for a in answered})
    names = [spec.name for spec in signature(asked.reference.model).outputs]
    recorded = [
        Recorded(
            a.text,
            a.answer.shown
            if among is task
            else among.answer(among.unkept(a.logits, names), 0, a.text, ()).shown,
            a.answer.confidence,
            a.logits,
        )
        for a in answered
    ]
    return Golden(tuple(recorded), provenance(asked), f"parity record {case.name}")


def path_of(case: Case) -> Path:
    """Where a case's golden lies. Raises CaseError if it has none."""
    if case.golden is None:
        raise CaseError(f'{case.name}: names no golden; write golden = "golden.json" into the case')
    return case.folder / case.golden


def _task(asked: Request) -> Task:
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


def _examples(asked: Request, task: Task, texts: Sequence[str]) -> Iterator[Example]:
    specs = described(asked).inputs
    if not task.reads_texts:
        paths = tuple(map(Path, texts)) or asked.feeds
        for own in load(paths, specs, picture=asked.picture)[0]:
            yield Example(own.feed, f"{OWN} {own.name}")
        return
    found = load_tokenizer(asked.tokenizer or asked.reference.model.program.parent)
    tokenizer = read_as(asked.kind, found)
    limits = Limits(max_length=asked.max_length)
    for start in range(0, len(texts), asked.golden_batch):
        some = texts[start : start + asked.golden_batch]
        yield text.given(specs, some, limits=limits, tokenizer=tokenizer, label=f"{start + 1}")


def _answers(task: Task, example: Example, outputs: Outputs) -> Iterator[Answered]:
    for row, (subject, offsets) in enumerate(subjects(task, example, outputs)):
        kept = np.array(task.kept(outputs, row, offsets))
        yield Answered(subject, task.answer(outputs, row, subject, offsets), kept)
