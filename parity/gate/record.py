"""Ask one side of a case for its answers, and record the reference's."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from parity.case import Case
from parity.errors import CaseError
from parity.gate import models
from parity.gate.asking import Answered as Answered
from parity.gate.asking import ask as ask
from parity.gate.asking import needed
from parity.gate.cell import Cell
from parity.gate.provenance import provenance
from parity.gate.run import Settings, made, request
from parity.golden import Golden
from parity.model.domains import signature
from parity.verify.request import Recorded, Request


def asked_of(cell: Cell, settings: Settings, *, candidate: bool) -> Request:
    """What is asked for a cell. Without ``candidate`` none is made: both sides are the reference.

    Raises CaseError for a case without a task or a tokenizer.
    """
    model = models.reference(cell.case, settings.roots)
    other = made(cell, model, settings)[0] if candidate else model
    asked = request(cell, model, other, settings)
    if asked.task is None:
        raise CaseError(f"{cell.case.name}: has no task, so no answers: write [task] name = …")
    if asked.tokenizer is None and needed(asked).reads_texts:
        raise CaseError(
            f"{cell.case.name}: no tokenizer beside the reference; "
            "name one with [reference] tokenizer = …"
        )
    return asked


def record(case: Case, settings: Settings, texts: Sequence[str]) -> Golden:
    """What the reference answers to these texts today. Raises CaseError, EngineError."""
    cell = Cell(case, case.opset, "fp32", case.inputs[0])
    asked = asked_of(cell, settings, candidate=False)
    task = needed(asked)
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
