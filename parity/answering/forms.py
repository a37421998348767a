"""The forms in which a server tells its answers, each to what a user sees."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity.answering.server import RefusedError
from parity.errors import CaseError
from parity.tasks import Entity, Offsets, Task

NONE = "(none)"
"""Shown where no label is above a threshold, as by ``seq_cls`` with several."""


@dataclass(frozen=True)
class Reply:
    """shown: as the task shows an answer. decisions: the class at each place, where it tells them.

    confidence: of the label, where it tells one.
    """

    shown: tuple[str, ...]
    decisions: tuple[int, ...] | None = None
    confidence: float | None = None


def replies(
    result: Any, texts: Sequence[str], offsets: Sequence[Offsets], task: Task
) -> list[Reply]:
    """One a text. offsets: of each text's tokens here. Raises RefusedError for another form."""
    try:
        found = _form(result)(result, texts, offsets, task)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, CaseError) as error:
        why = " ".join(str(error).split())[:200]
        raise RefusedError(f"a result that can't be read: {type(error).__name__}: {why}") from error
    # Some forms were read along with the texts, as far as both go.
    told = result if isinstance(result, list) else next(
        (result[key] for key in ("label", "value", "logits") if key in result), found
    )  # fmt: skip
    if not len(found) == len(told) == len(texts):
        raise RefusedError(f"{len(found)} answers to {len(texts)} texts")
    return found


def _form(result: Any) -> Callable[..., list[Reply]]:
    if isinstance(result, dict):
        for key, form in (("label", _labels), ("value", _entities), ("logits", _logits)):
            if key in result:
                return form
    if isinstance(result, list):
        return _taskflow
    raise RefusedError(
        'a result of no form that is known: {"label": …}, {"value": …}, {"logits": …}, or a list'
    )


def _labels(result: Any, texts: Sequence[str], offsets: Any, task: Task) -> list[Reply]:
    """Of MultiClassificationPostHandler, and of MultiLabelClassificationPostHandler."""
    confidences = result.get("confidence") or [None] * len(result["label"])
    made = []
    for label, confidence in zip(result["label"], confidences, strict=True):
        if isinstance(label, list):
            made.append(Reply(tuple(_label(one, task)[0] for one in label) or (NONE,)))
            continue
        name, index = _label(label, task)
        made.append(Reply((name,), None if index is None else (index,), _number(confidence)))
    return made


def _entities(result: Any, texts: Sequence[str], offsets: Any, task: Task) -> list[Reply]:
    """Of the post handler in PaddleNLP's guide: ``{"pos", "entity", "label"}``.

    It also lists what lies between two entities, under O. Where an entity ends is counted from its
    text: the last number of "pos" means another thing for the last one.
    """
    tags = result.get("tokens_label") or [None] * len(result["value"])
    made = []
    for items, tag, row in zip(result["value"], tags, offsets, strict=False):
        kept = [i for i in items if i["label"].strip() not in ("O", "")]
        shown = tuple(_entity(i["label"], i["pos"][0], i["entity"]) for i in kept)
        decisions = None
        if tag is not None:
            decisions = tuple(int(t) for t in tag[1 : len(row)])
        made.append(Reply(shown, decisions))
    return made


def _logits(result: Any, texts: Sequence[str], offsets: Any, task: Task) -> list[Reply]:
    """Of a server without a post handler; read as the case's task reads them."""
    made = []
    for logits, text, row in zip(result["logits"], texts, offsets, strict=False):
        array = np.asarray(logits, np.float32)[None]
        name = task.outputs(["logits"])[0]
        answer = task.answer({name: array}, 0, text, row)
        made.append(Reply(answer.shown, answer.decisions, answer.confidence))
    return made


def _taskflow(result: Any, texts: Sequence[str], offsets: Any, task: Task) -> list[Reply]:
    """A list, as Taskflow answers: predictions of each text, or its entities."""
    made = []
    for one in result:
        if isinstance(one, Mapping) and "predictions" in one:
            best = max(one["predictions"], key=lambda p: float(p["score"]))
            name, index = _label(best["label"], task)
            made.append(Reply((name,), None if index is None else (index,), _number(best["score"])))
        else:
            made.append(Reply(tuple(_entity(e["label"], e["start"], e["text"]) for e in one)))
    return made


def _label(label: Any, task: Task) -> tuple[str, int | None]:
    """Name and place of a label that is told by either."""
    known: tuple[str, ...] = getattr(task, "labels", ())
    if isinstance(label, bool) or not isinstance(label, int | str):
        raise TypeError(f"label {label!r} is neither a name nor a number")
    if isinstance(label, str):
        return label, known.index(label) if label in known else None
    if not 0 <= label < len(known):
        raise ValueError(f"label {label} is none of {len(known)}")
    return known[label], label


def _entity(label: Any, start: Any, text: Any) -> str:
    if not isinstance(start, int) or not isinstance(text, str):
        raise TypeError(f"entity {text!r} at {start!r}")
    return str(Entity(str(label).strip(), start, start + len(text) - 1, text))


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"confidence {value}")
    return number
