"""The labels that a task can answer with."""

from parity.tasks import Task
from parity.tasks.image_cls import ImageClassification
from parity.tasks.lac_crf import ENTITIES, Lac
from parity.tasks.seq_cls import SequenceClassification, SeveralLabels
from parity.tasks.token_cls import TokenClassification


def labels_of(task: Task) -> tuple[str, ...]:
    """In the model's order; for LAC tags of what it shows; () where any text is an answer."""
    if isinstance(task, SequenceClassification | SeveralLabels | TokenClassification):
        return task.labels
    if isinstance(task, ImageClassification):
        return task.labels
    if isinstance(task, Lac):
        return ("O", *(f"{place}-{label}" for label in ENTITIES for place in "BI"))
    return ()
