"""Detections: rows of label, score and corners, in any order, to boxes above a score.

Two answers are alike if each box of the one has a partner in the other, of its label and
with an IoU of at least ``iou``; each is partner once. Options: score (0.5, which PaddleDetection
draws from), iou (0.75), labels, output, count (the output that says how many rows each
picture has, where the rows of all lie behind each other: PaddleDetection's ``bbox_num``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.errors import CaseError
from parity.model.tensors import Outputs
from parity.tasks import Answer, Decoder, Offsets
from parity.tasks._options import closed, decoded, identity, labels, number, text

OPTIONS = ("score", "iou", "labels", "output", "count")
NOTHING = "(nothing)"
FINE = 100
"""Decisions hold corners in hundredths, so that they are whole numbers."""

_SHOWN = re.compile(r"(.*) \[(\S+), (\S+), (\S+), (\S+)\]", re.DOTALL)


@dataclass(frozen=True)
class Box:
    """label: as shown. corners: left, top, right, bottom, in the units of the output."""

    label: str
    corners: tuple[float, float, float, float]


@dataclass(frozen=True)
class Boxes(Decoder):
    """Boxes out of (batch, boxes, 6), or of (boxes of all pictures, 6) with their count."""

    score: float
    iou: float
    labels: tuple[str, ...] = ()
    output: str | None = None
    count: str | None = None
    reads_texts: bool = False

    @property
    def identity(self) -> str:
        """From which score on, and how boxes are matched."""
        return identity(f"boxes above {self.score:g} by IoU {self.iou:g}", self.labels, self.output)

    def answer(self, outputs: Outputs, row: int, text: str, offsets: Offsets) -> Answer:
        """A line a box, the best first; five decisions a box: its class and its corners."""
        rows = self._rows(outputs, row)
        rows = rows[rows[:, 1] > self.score]
        rows = rows[np.argsort(-rows[:, 1], kind="stable")]
        shown = tuple(
            f"{self._label(int(r[0]))} [{', '.join(f'{v:.2f}' for v in r[2:])}]" for r in rows
        )
        decisions = [n for r in rows for n in (int(r[0]), *(round(float(v) * FINE) for v in r[2:]))]
        best = float(rows[0, 1]) if len(rows) else None
        sure = best if best is not None and best <= 1 else None
        return Answer(shown or (NOTHING,), tuple(decisions), sure)

    def rows(self, outputs: Outputs) -> int:
        counted = decoded(outputs, self.count if self.count is not None else self.output)
        return counted.size if self.count is not None else len(counted)

    def alike(self, expected: tuple[str, ...], actual: tuple[str, ...]) -> bool:
        mine, other = _read(expected), _read(actual)
        return not unmatched(mine, other, self.iou) and not unmatched(other, mine, self.iou)

    def loss(
        self, outputs: Outputs, row: int, offsets: Offsets, decisions: tuple[int, ...]
    ) -> float:
        """Twice what a box without a partner scores beyond the threshold, above or below it.

        A box of the other side that is nowhere among the rows, whatever its score, can't be
        explained by scores: infinite.
        """
        if len(decisions) % 5:
            raise CaseError(f"task boxes: {len(decisions)} decisions, not five a box")
        rows = self._rows(outputs, row)
        every = [self._box(r) for r in rows]
        above = [i for i, r in enumerate(rows) if r[1] > self.score]
        other = [
            Box(self._label(c), (x / FINE, y / FINE, z / FINE, w / FINE))
            for c, x, y, z, w in zip(*[iter(decisions)] * 5, strict=True)
        ]
        worst = 0.0
        for i in unmatched([every[i] for i in above], other, self.iou):
            worst = max(worst, 2 * float(rows[above[i], 1] - self.score))
        for j in unmatched(other, [every[i] for i in above], self.iou):
            below = [
                float(self.score - rows[i, 1])
                for i in range(len(rows))
                if i not in above
                and every[i].label == other[j].label
                and overlap(every[i], other[j]) >= self.iou
            ]
            worst = max(worst, 2 * min(below, default=float("inf")))
        return worst

    def kept(self, outputs: Outputs, row: int, offsets: Offsets) -> NDArray[Any]:
        return self._rows(outputs, row).astype(np.float32)

    def unkept(self, kept: NDArray[Any], names: Sequence[str]) -> Outputs:
        name = self.outputs(names)[0]
        if self.count is None:
            return {name: kept[None]}
        return {name: kept, self.count: np.array([len(kept)])}

    def _rows(self, outputs: Outputs, row: int) -> NDArray[np.float64]:
        array = decoded(outputs, self.output)
        if self.count is not None:
            counts = decoded(outputs, self.count).reshape(-1).astype(np.int64)
            if row >= len(counts) or array.ndim != 2 or counts.min(initial=0) < 0:
                raise CaseError(f"task boxes: {self.count} has no row {row}")
            first = int(counts[:row].sum())
            array = array[None, first : first + int(counts[row])]
            row = 0
        if array.ndim != 3 or row >= len(array) or array.shape[2] != 6:
            raise CaseError(
                f"task boxes: an output of shape {list(array.shape)}, expected (batch, boxes, 6) "
                "with label, score and four corners; name it with [task] output, and count for "
                "one that holds the boxes of all pictures"
            )
        found = array[row].astype(np.float64)
        if not np.isfinite(found).all():
            raise CaseError("boxes are not finite: nothing can be read from them")
        return np.asarray(found[found[:, 0] >= 0])  # PaddleDetection fills up with class -1

    def _box(self, r: NDArray[np.float64]) -> Box:
        return Box(self._label(int(r[0])), (float(r[2]), float(r[3]), float(r[4]), float(r[5])))

    def _label(self, index: int) -> str:
        return self.labels[index] if index < len(self.labels) else str(index)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union; boxes without an area overlap if they are the same."""
    (a, b, c, d), (e, f, g, h) = one.corners, other.corners
    common = max(0.0, min(c, g) - max(a, e)) * max(0.0, min(d, h) - max(b, f))
    union = (c - a) * (d - b) + (g - e) * (h - f) - common
    return common / union if union > 0 else float(one.corners == other.corners)


def unmatched(boxes: Sequence[Box], others: Sequence[Box], iou: float) -> list[int]:
    """Those that have no partner, the best overlaps taken first."""
    found = sorted(
        (
            (-overlap(a, b), i, j)
            for i, a in enumerate(boxes)
            for j, b in enumerate(others)
            if a.label == b.label and overlap(a, b) >= iou
        ),
    )
    left, free = set(range(len(boxes))), set(range(len(others)))
    for _, i, j in found:
        if i in left and j in free:
            left.remove(i)
            free.remove(j)
    return sorted(left)


def _read(shown: Sequence[str]) -> list[Box]:
    """The boxes of an answer as it is shown."""
    boxes = []
    for line in shown:
        if line == NOTHING:
            continue
        found = _SHOWN.fullmatch(line)
        if found is None:
            raise CaseError(f"task boxes: {line!r} is no box")
        left, top, right, bottom = (float(v) for v in found.groups()[1:])
        boxes.append(Box(found[1], (left, top, right, bottom)))
    return boxes


def open(options: Mapping[str, object], folder: Path) -> Boxes:  # noqa: A001
    """See parity.tasks."""
    closed(options, OPTIONS, "boxes")
    named = "labels" in options or (folder / "labels.json").is_file()
    score, iou = number(options, "score", 0.5), number(options, "iou", 0.75)
    if not 0 <= score < 1:
        raise CaseError(f'task: "score" must be from 0 up and below 1, not {score:g}')
    if not 0 < iou <= 1:
        raise CaseError(f'task: "iou" must be above 0 and at most 1, not {iou:g}')
    return Boxes(
        score,
        iou,
        labels(options, folder) if named else (),
        text(options, "output", None),
        text(options, "count", None),
    )
