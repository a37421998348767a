"""Measure cases over labelled data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from parity.case import Case
from parity.compare.findings import CandidateFailed, Finding
from parity.errors import CaseError, EngineError, InputError, ParityError
from parity.evaluate.asking import ask
from parity.evaluate.chance import mcnemar
from parity.evaluate.data import Data, Row, Wanted
from parity.evaluate.limits import Asked, beyond, unmeasured
from parity.evaluate.measure import Measure, measure_of
from parity.evaluate.pictures import usable
from parity.evaluate.system import Flips, System
from parity.gate.cell import Cell
from parity.gate.record import asked_of
from parity.gate.run import Settings
from parity.tasks import Answer, Task
from parity.tasks.seq_cls import SeveralLabels
from parity.verify.request import Request
from parity.verify.task import task_of

Watch = Callable[[str, int, int], None]
"""Told which system is asked, how many rows are done, and of how many."""

Read = Callable[[Case, Task, Request], Data]


@dataclass(frozen=True)
class Accuracy:
    """What was measured.

    data: the rows, of which ``rows`` were asked. systems: the reference first. judged: the
    systems for which their case states a limit.
    """

    data: Data
    rows: tuple[Row, ...]
    systems: tuple[System, ...]
    findings: tuple[Finding, ...]
    judged: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether answers were compared, and nothing was found."""
        compared = any(s.flips is not None for s in self.systems)
        return compared and not self.findings


def evaluate(
    cases: Sequence[Case], read: Read, settings: Settings, *, precisions: Sequence[str] = (),
    engines: Sequence[str] = (), batch: int = 32, limit: int | None = None, watch: Watch,
) -> Accuracy:  # fmt: skip
    """Each case's candidates, and the first case's reference, to which all are compared.

    read: gives the data, once it is known what the first case answers. limit: rows to ask at
    most. Raises ParityError where nothing can be measured: no data, a reference that fails, a
    candidate that can't be made.
    """
    first = cases[0]
    asked = _asked(first, first.precisions[0], None, settings, candidate=False)
    task = _task(asked, first)
    data = read(first, task, asked)
    if not task.reads_texts:
        good, bad = usable(asked, data.rows if limit is None else data.rows[:limit])
        data = replace(
            data, rows=(*good, *data.rows[len(good) + len(bad) :]), bad=(*data.bad, *bad)
        )
        limit = len(good)
    rows = data.rows if limit is None else data.rows[:limit]
    if not rows:
        raise InputError(f"{data.file}: no line can be used; the first: {data.bad[0]}")
    measure = measure_of(_name(first), several=isinstance(task, SeveralLabels))
    reference = _system(first, "reference", asked, "fp32", rows, measure, batch, watch)
    if reference.failed is not None:
        raise EngineError(f"{first.name}: {reference.failed}")
    systems, findings, judged = [reference], list[Finding](), []
    told = Asked(rows, data.bad, measure)
    for case in cases:
        for precision in _precisions(case, precisions):
            for engine in engines or (None,):
                one = _asked(case, precision, engine, settings, candidate=True)
                if _task(one, case).identity != task.identity:
                    raise CaseError(f"{case.name}: its task is another than that of {first.name}")
                plain = _system(case, "candidate", one, precision, rows, measure, batch, watch)
                system = _against(reference, plain, rows, measure)
                systems.append(system)
                findings += _found(case, reference, system, told)
                judged += [system.name] if case.limits[precision].of_data else []
        findings += unmeasured(case, [s for s in systems if s.role != "reference"])
    if len(systems) < 2:
        raise CaseError(f"{first.name}: no candidate was asked: no case has such a precision")
    return Accuracy(data, rows, tuple(systems), tuple(findings), tuple(judged))


def _asked(
    case: Case, precision: str, engine: str | None, settings: Settings, *, candidate: bool
) -> Request:
    cell = Cell(case, case.opset, precision, case.inputs[0], engine)
    return asked_of(cell, settings, candidate=candidate)


def _task(asked: Request, case: Case) -> Task:
    task = task_of(asked)
    if task is None:
        raise CaseError(f"{case.name}: has no task, so no answers: write [task] name = …")
    return task


def _name(case: Case) -> str:
    return case.task.name if case.task else ""


def _precisions(case: Case, wanted: Sequence[str]) -> list[str]:
    return [p for p in case.precisions if not wanted or p in wanted]


def _system(
    case: Case, role: str, asked: Request, precision: str, rows: Sequence[Row], measure: Measure,
    batch: int, watch: Watch,
) -> System:  # fmt: skip
    """What one side answers, and how right that is."""
    side = asked.reference if role == "reference" else asked.candidate
    system = System(case.name, role, side.engine, precision)
    task = _task(asked, case)
    try:
        done = ask(
            asked, role, task, rows, batch=batch,
            progress=lambda n: watch(system.name, n, len(rows)),
        )  # fmt: skip
    except InputError:
        raise  # of the data, whoever reads it
    except ParityError as error:
        return replace(system, failed=str(error))
    told = _labelled(done.answers, rows)
    return replace(
        system,
        figures=measure.figures(told) if told else {},
        answers=done.answers,
        seconds=done.seconds,
    )


def _labelled(answers: Sequence[Answer], rows: Sequence[Row]) -> list[tuple[Answer, Wanted]]:
    return [(a, r.wanted) for a, r in zip(answers, rows, strict=True) if r.wanted is not None]


def _against(reference: System, system: System, rows: Sequence[Row], measure: Measure) -> System:
    """The system with its change against the reference."""
    if system.failed is not None:
        return system
    counts = {"lost": 0, "won": 0, "other": 0}
    for before, now, row in zip(reference.answers, system.answers, rows, strict=True):
        was = row.wanted is not None and measure.right(before, row.wanted)
        still = row.wanted is not None and measure.right(now, row.wanted)
        if was != still:
            counts["lost" if was else "won"] += 1
        elif before.shown != now.shown:
            counts["other"] += 1
    labelled = any(row.wanted is not None for row in rows)
    p = mcnemar(counts["lost"], counts["won"]) if labelled else None
    change = {name: value - reference.figures[name] for name, value in system.figures.items()}
    return replace(system, change=change, flips=Flips(**counts, p=p))


def _found(case: Case, reference: System, system: System, asked: Asked) -> list[Finding]:
    if system.failed is not None:
        return [CandidateFailed("run", f"{system.name}: {system.failed}")]
    return [*beyond(case, reference, system, asked)]
