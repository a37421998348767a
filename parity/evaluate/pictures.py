"""Pictures of the data as feeds."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from parity.errors import CaseError, InputError
from parity.evaluate.data import Bad, Row
from parity.inputs import Example
from parity.inputs.feeds import OWN
from parity.inputs.feeds.fit import fitted
from parity.inputs.feeds.picture import Pictures, pictures
from parity.model.tensors import Outputs
from parity.tasks import Answer, Task
from parity.verify.feeds.described import described
from parity.verify.request import Request

_AT_ONCE = 50  # that are decoded by one process


def usable(asked: Request, rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[Bad, ...]]:
    """Rows whose picture can be decoded, and the others. One by one only where some can't."""
    how = _how(asked)
    good: list[Row] = []
    bad: list[Bad] = []
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        why = _problem(how, some)
        for row in some:
            alone = _problem(how, [row]) if why else ""
            if alone:
                bad.append(Bad(row.file, row.line, alone))
            else:
                good.append(row)
    return tuple(good), tuple(bad)


def answers(
    asked: Request, task: Task, rows: Sequence[Row], run: Callable[[Example], Outputs]
) -> Iterator[list[Answer]]:
    """Those to pictures, one by one: they may be of other sizes."""
    how, inputs = _how(asked), described(asked).inputs
    read = how.read([Path(row.text) for row in rows])
    for row, (file, array) in zip(rows, read, strict=True):
        feed = fitted({how.name: array}, inputs, str(file))
        outputs = run(Example(feed, f"{OWN} {row.file}:{row.line}"))
        if task.rows(outputs) != 1:
            raise CaseError(f"{file}: {task.rows(outputs)} answers to one picture")
        yield [task.answer(outputs, 0, file.name, ())]


def _how(asked: Request) -> Pictures:
    return pictures(described(asked).inputs, asked.picture)


def _problem(how: Pictures, rows: Sequence[Row]) -> str:
    try:
        for _ in how.read([Path(row.text) for row in rows]):
            pass
    except InputError as error:
        return str(error)
    return ""
