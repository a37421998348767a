"""Picture classification: logits or probabilities to the best labels.

How a picture becomes a feed is stated in the case's inputs (``picture``), not here. Options:
top (how many labels a user sees, 5), labels (a list, or ``labels.json`` beside the model; the
numbers of the classes where neither is there), output.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parity.errors import CaseError
from parity.model.tensors import Outputs
from parity.tasks import Answer, Decoder, Offsets
from parity.tasks._options import closed, identity, labels, row_of, text, whole

OPTIONS = ("labels", "output", "top")


@dataclass(frozen=True)
class ImageClassification(Decoder):
    """The best labels out of scores (batch, classes), the best first."""

    labels: tuple[str, ...]
    top: int
    output: str | None = None
    reads_texts: bool = False

    @property
    def identity(self) -> str:
        """How many, and of which labels."""
        return identity(f"image_cls top {self.top}", self.labels, self.output)

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """The labels, the best first; decisions are their classes.

        The confidence is the probability of the best one, where the scores are probabilities,
        else of their softmax.
        """
        scores = self._scores(outputs, row)
        best = np.argsort(-scores, kind="stable")[: self.top]
        sure = float(probabilities(scores)[best[0]])
        shown = tuple(self._label(int(i)) for i in best)
        return Answer(shown, tuple(int(i) for i in best), min(sure, 1.0))

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """How much less a class scores than the one in whose place it is: the worst place."""
        scores = self._scores(outputs, row)
        places = min(self.top, len(scores))
        inside = all(0 <= d < len(scores) for d in decisions)
        if len(set(decisions)) != places or not inside:
            raise CaseError(f"task image_cls: decisions {decisions} are not {places} classes")
        ranked = np.sort(scores)[::-1][:places]
        return float((ranked - scores[list(decisions)]).max(initial=0.0))

    def _label(self, index: int) -> str:
        return self.labels[index] if self.labels else str(index)

    def _scores(self, outputs: Outputs, row: int) -> NDArray[np.float64]:
        scores = row_of(outputs, self.output, row, 2).astype(np.float64)
        if self.labels and len(scores) != len(self.labels):
            raise CaseError(f"{len(scores)} scores don't fit {len(self.labels)} labels")
        if len(scores) < 2 or not np.isfinite(scores).all():
            raise CaseError("fewer than two scores, or one that isn't finite: no label to read")
        return scores


def probabilities(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores themselves where they are probabilities, else their softmax."""
    if (scores >= 0).all() and abs(float(scores.sum()) - 1) < 1e-3:
        return scores
    shifted = np.exp(scores - scores.max())
    return np.asarray(shifted / shifted.sum())


def open(options: Mapping[str, object], folder: Path) -> ImageClassification:  # noqa: A001
    """See parity.tasks."""
    closed(options, OPTIONS, "image_cls")
    named = "labels" in options or (folder / "labels.json").is_file()
    return ImageClassification(
        labels(options, folder) if named else (),
        whole(options, "top", 5, least=1),
        text(options, "output", None),
    )
