"""Text classification: logits to a label and a confidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.errors import CaseError
from parity.model.tensors import Outputs
from parity.tasks import Answer, Offsets
from parity.tasks._options import closed, identity, labels, places, row_of, text


@dataclass(frozen=True)
class Classified:
    """label: of the largest logit, the first if there are several.

    confidence: its softmax, float32 as the deployed decoders compute it.
    margin_logits: top1 - top2, how far the label is from another.
    """

    label: str
    confidence: float
    margin_logits: float


def decode(logits: NDArray[Any], labels: Sequence[str]) -> Classified:
    """The class of one text.

    logits: float (classes,), before softmax. Raises CaseError if classes and
    labels differ in number, there are fewer than two, or a logit is not finite.
    """
    if logits.shape != (len(labels),) or len(labels) < 2:
        raise CaseError(f"logits of shape {logits.shape} don't fit {len(labels)} labels")
    if not np.isfinite(logits).all():
        raise CaseError("logits are not finite: no label can be read from them")
    first = int(logits.argmax())
    shifted = np.exp(logits.astype(np.float32) - np.float32(logits.max()))
    confidence = float(shifted[first] / shifted.sum())
    second = np.delete(logits.astype(np.float64), first).max()
    return Classified(labels[first], confidence, float(logits[first]) - float(second))


OPTIONS = ("labels", "output")


@dataclass(frozen=True)
class SequenceClassification:
    """A label out of logits (batch, classes)."""

    labels: tuple[str, ...]
    output: str | None = None

    @property
    def identity(self) -> str:
        """The labels."""
        return identity("seq_cls", self.labels, self.output)

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """The label, and its probability as confidence."""
        found = decode(row_of(outputs, self.output, row, 2), self.labels)
        return Answer((found.label,), (self.labels.index(found.label),), found.confidence)

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """The margin that the decision goes against."""
        logits = row_of(outputs, self.output, row, 2).astype(np.float64)
        places(decisions, logits[None])
        return float(logits.max() - logits[decisions[0]])


def open(options: Mapping[str, object], folder: Path) -> SequenceClassification:  # noqa: A001
    """See parity.tasks. Options: labels, output."""
    closed(options, OPTIONS, "seq_cls")
    return SequenceClassification(labels(options, folder), text(options, "output", None))
