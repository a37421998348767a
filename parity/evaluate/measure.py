"""How right answers are, by task: each row marked, and the figures of all rows.

Figures are in percent, the first being the one that tables and limits go by. Accuracy:
answers that are just right. Entities: micro over all of them, as seqeval counts, label and
both ends exact. Several labels: micro over all labels. Questions: exact match and F1 over
characters, as PaddleNLP counts them for CMRC2018. Pictures: the best label, and the best five.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parity.errors import InputError
from parity.evaluate.data import Wanted
from parity.tasks import Answer
from parity.tasks._spans import exact, f1
from parity.tasks.question_answering import NOTHING, said
from parity.tasks.seq_cls import NONE

Figures = dict[str, float]


@dataclass(frozen=True)
class Measure:
    """right: whether one answer is. figures: of all rows."""

    right: Callable[[Answer, Wanted], bool]
    figures: Callable[[Sequence[tuple[Answer, Wanted]]], Figures]


def measure_of(task: str, *, several: bool = False) -> Measure:
    """That of a task. Raises InputError where there is none."""
    found = _BY_TASK.get("several" if several else task)
    if found is None:
        raise InputError(f"task {task}: there is no measure of accuracy for it")
    return found


def _percent(values: Sequence[float]) -> float:
    return 100 * sum(values) / len(values)


def _accuracy(right: Callable[[Answer, Wanted], bool]) -> Measure:
    return Measure(
        right, lambda rows: {"accuracy": _percent([float(right(a, w)) for a, w in rows])}
    )


def _label(answer: Answer, wanted: Wanted) -> bool:
    return answer.shown[:1] == wanted.labels[:1]


def _micro(hits: int, said: int, wanted: int) -> Figures:
    """Without any entity there is nothing to find: seqeval says 0."""
    precision, recall = (100 * hits / n if n else 0.0 for n in (said, wanted))
    both = precision + recall
    return {
        "f1": 2 * precision * recall / both if both else 0.0,
        "precision": precision,
        "recall": recall,
    }


def _found(answer: Answer) -> frozenset[tuple[str, int, int]]:
    return frozenset((e.label, e.start, e.end) for e in answer.entities)


def _entities(rows: Sequence[tuple[Answer, Wanted]]) -> Figures:
    hits = sum(len(_found(a) & w.entities) for a, w in rows)
    return _micro(hits, sum(len(_found(a)) for a, _ in rows), sum(len(w.entities) for _, w in rows))


def _labels(answer: Answer) -> frozenset[str]:
    return frozenset(label for label in answer.shown if label != NONE)


def _several(answer: Answer, wanted: Wanted) -> bool:
    return _labels(answer) == frozenset(wanted.labels)


def _several_figures(rows: Sequence[tuple[Answer, Wanted]]) -> Figures:
    hits = sum(len(_labels(a) & {*w.labels}) for a, w in rows)
    micro = _micro(hits, sum(len(_labels(a)) for a, _ in rows), sum(len(w.labels) for _, w in rows))
    return {"accuracy": _percent([float(_several(a, w)) for a, w in rows]), **micro}


def _text(answer: Answer) -> str:
    return "" if answer.shown == (NOTHING,) else said(answer)


def _exact(answer: Answer, wanted: Wanted) -> bool:
    return bool(exact(_text(answer), wanted.answers))


def _reading(rows: Sequence[tuple[Answer, Wanted]]) -> Figures:
    return {
        "exact match": _percent([float(_exact(a, w)) for a, w in rows]),
        "f1": _percent([f1(_text(a), w.answers) for a, w in rows]),
    }


def _pictures(rows: Sequence[tuple[Answer, Wanted]]) -> Figures:
    top = max(len(a.shown) for a, _ in rows)
    figures = {"top-1": _percent([float(_label(a, w)) for a, w in rows])}
    if top > 1:
        best = [float(w.labels[0] in a.shown) for a, w in rows]
        figures[f"top-{top}"] = _percent(best)
    return figures


_TAGS = Measure(lambda a, w: _found(a) == w.entities, _entities)
_BY_TASK = {
    "seq_cls": _accuracy(_label),
    "several": Measure(_several, _several_figures),
    "token_cls": _TAGS,
    "lac_crf": _TAGS,
    "question_answering": Measure(_exact, _reading),
    "image_cls": Measure(_label, _pictures),
    "ctc": _accuracy(_label),
}
