"""Sentence embeddings: do both sides point the same way, and to the same neighbour.

The neighbour is the recorded sentence with the greatest cosine, the sentence itself apart;
without a golden only directions are compared. Options: pooling ("mean" over the tokens of the
text or "cls", its first, for an output of tokens), cosine (the least between the two sides,
0.999), output.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from parity.errors import CaseError
from parity.model.tensors import Outputs
from parity.plugins import unknown
from parity.tasks import Answer, Decoder, Offsets
from parity.tasks._options import closed, decoded, number, text

OPTIONS = ("pooling", "cosine", "output")
POOLING = ("mean", "cls")
LEAST_COSINE = 0.999  # 2.6 degrees; FP16 moves MiniLM's sentences by less than a tenth of that
NOBODY = "(no other sentence is recorded)"

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Embedding(Decoder):
    """A direction out of (batch, width), or of (batch, tokens, width).

    texts, vectors: the recorded sentences and their directions, of length 1.
    """

    pooling: str = "mean"
    cosine: float = LEAST_COSINE
    output: str | None = None
    texts: tuple[str, ...] = ()
    vectors: Vector = field(default_factory=lambda: np.zeros((0, 0)), compare=False, repr=False)

    @property
    def identity(self) -> str:
        """How tokens become a sentence."""
        return f"embedding {self.pooling}{f' of {self.output}' if self.output else ''}"

    def among(self, recorded: Mapping[str, NDArray[Any]]) -> Self:
        vectors = [_direction(kept.astype(np.float64)) for kept in recorded.values()]
        if len({len(v) for v in vectors}) > 1:
            raise CaseError("task embedding: the recorded sentences have several widths")
        stacked = np.stack(vectors) if vectors else np.zeros((0, 0))
        return replace(self, texts=tuple(recorded), vectors=stacked)

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """The nearest recorded sentence; the decision is its number."""
        cosines = self._cosines(self._pooled(outputs, row, offsets), text)
        if not np.isfinite(cosines).any():
            return Answer((NOBODY,), ())
        nearest = int(cosines.argmax())
        return Answer((self.texts[nearest],), (nearest,))

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """By how much each element must move, at least, for another neighbour; twice that.

        A direction u + d of a vector e + d moves by at most 2r / (2 - r), r = |d| / |e|; the
        lead of one neighbour over another by that times their distance.
        """
        if not decisions:
            return 0.0
        if len(decisions) != 1 or not 0 <= decisions[0] < len(self.texts):
            raise CaseError(f"task embedding: decisions {decisions} are no recorded sentence")
        vector = self._pooled(outputs, row, offsets)
        cosines = self.vectors @ _direction(vector)
        # The text itself may lie among the recorded ones: it is no neighbour of its own.
        rivals = [i for i in range(len(cosines)) if cosines[i] < 1 - 1e-9 or i == decisions[0]]
        best = max(rivals, key=lambda i: cosines[i])
        lead = float(cosines[best] - cosines[decisions[0]])
        if lead <= 0:
            return 0.0
        apart = float(np.linalg.norm(self.vectors[best] - self.vectors[decisions[0]]))
        share = 2 * lead / (2 * apart + lead)
        return float(2 * share * np.linalg.norm(vector) / np.sqrt(len(vector)))

    def kept(self, outputs: Outputs, row: int, offsets: Offsets) -> NDArray[Any]:
        return self._pooled(outputs, row, offsets).astype(np.float32)

    def unkept(self, kept: NDArray[Any], names: Sequence[str]) -> Outputs:
        return {self.outputs(names)[0]: kept[None]}

    def agreement(
        self, expected: Outputs, actual: Outputs, row: int, offsets: Offsets
    ) -> tuple[float, float]:
        mine, other = (self._pooled(o, row, offsets) for o in (expected, actual))
        return float(_direction(mine) @ _direction(other)), self.cosine

    def _cosines(self, vector: Vector, text: str) -> Vector:
        if not self.texts:
            return np.zeros(0)
        if self.vectors.shape[1] != len(vector):
            raise CaseError(
                f"task embedding: {len(vector)} wide, but {self.vectors.shape[1]} was recorded"
            )
        cosines = self.vectors @ _direction(vector)
        own = np.array([t == text for t in self.texts])
        return np.where(own, -np.inf, cosines)

    def _pooled(self, outputs: Outputs, row: int, offsets: Offsets) -> Vector:
        array = decoded(outputs, self.output)
        if array.ndim not in (2, 3) or row >= len(array):
            raise CaseError(
                f"task embedding: an output of shape {list(array.shape)} holds no vector of row "
                f"{row}; name the right one with [task] output"
            )
        found = array[row].astype(np.float64)
        if found.ndim == 2:
            found = found[0] if self.pooling == "cls" else found[: len(offsets)].mean(axis=0)
        if not np.isfinite(found).all():
            raise CaseError("an embedding is not finite: it has no direction")
        return np.asarray(found)


def _direction(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def open(options: Mapping[str, object], folder: Path) -> Embedding:  # noqa: A001
    """See parity.tasks."""
    closed(options, OPTIONS, "embedding")
    pooling = text(options, "pooling", "mean") or ""
    if pooling not in POOLING:
        raise CaseError(f"task: {unknown('pooling', pooling, POOLING)}")
    cosine = number(options, "cosine", LEAST_COSINE)
    if not 0 < cosine < 1:
        raise CaseError(f'task: "cosine" must be between 0 and 1, not {cosine:g}')
    return Embedding(pooling, cosine, text(options, "output", None))
