"""Text classification: logits to a label and a confidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.errors import CaseError


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
