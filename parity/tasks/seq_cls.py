"""Text classification: logits to a label and a confidence, or to several labels at once."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.errors import CaseError
from parity.model.tensors import Outputs
from parity.tasks import Answer, Decoder, Offsets
from parity.tasks._options import closed, identity, labels, number, places, row_of, text


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


OPTIONS = ("labels", "output", "several", "threshold")
NONE = "(none)"
"""Shown where no label is above the threshold."""


@dataclass(frozen=True)
class SequenceClassification(Decoder):
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


@dataclass(frozen=True)
class SeveralLabels(Decoder):
    """All labels whose probability, by a sigmoid of its own, is above a threshold."""

    labels: tuple[str, ...]
    threshold: float
    output: str | None = None

    @property
    def identity(self) -> str:
        """Threshold and labels."""
        return identity(f"seq_cls several above {self.threshold:g}", self.labels, self.output)

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """The labels in the model's order; a decision for each: whether it is one of them.

        The confidence is the greatest probability.
        """
        logits = self._logits(outputs, row)
        chosen = logits > self._bound
        shown = tuple(label for label, yes in zip(self.labels, chosen, strict=True) if yes)
        confidence = float(1 / (1 + np.exp(-logits.max())))
        return Answer(shown or (NONE,), tuple(int(yes) for yes in chosen), confidence)

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """Twice the largest distance from the threshold that the decisions go against.

        Twice, since one logit alone moves here, and not two towards each other.
        """
        logits = self._logits(outputs, row)
        if len(decisions) != len(logits) or not set(decisions) <= {0, 1}:
            raise CaseError(f"task seq_cls: decisions {decisions} don't fit {len(logits)} labels")
        against = (logits > self._bound) != np.array(decisions, np.bool_)
        return float(2 * np.abs(logits - self._bound)[against].max(initial=0.0))

    @property
    def _bound(self) -> float:
        """The logit whose sigmoid is the threshold."""
        return math.log(self.threshold / (1 - self.threshold))

    def _logits(self, outputs: Outputs, row: int) -> NDArray[np.float64]:
        logits = row_of(outputs, self.output, row, 2).astype(np.float64)
        if logits.shape != (len(self.labels),):
            raise CaseError(f"logits of shape {logits.shape} don't fit {len(self.labels)} labels")
        if not np.isfinite(logits).all():
            raise CaseError("logits are not finite: no label can be read from them")
        return logits


def open(  # noqa: A001
    options: Mapping[str, object], folder: Path
) -> SequenceClassification | SeveralLabels:
    """See parity.tasks. Options: labels, output; several, and threshold (0.5) for it."""
    closed(options, OPTIONS, "seq_cls")
    several = options.get("several", False)
    if not isinstance(several, bool):
        raise CaseError(f'task: "several" must be true or false, not {several!r}')
    threshold = number(options, "threshold", 0.5)
    if not 0 < threshold < 1:
        raise CaseError(f'task: "threshold" must be between 0 and 1, not {threshold:g}')
    if "threshold" in options and not several:
        raise CaseError('task seq_cls: "threshold" goes with several = true')
    names, output = labels(options, folder), text(options, "output", None)
    if several:
        return SeveralLabels(names, threshold, output)
    return SequenceClassification(names, output)
