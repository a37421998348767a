"""Masks and explicit positions: as callers send them mostly, and every other way that is allowed.

A mask of ones at the front and positions that count up hide a candidate that takes the
mask for a count, or doesn't look at the positions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.inputs._source import Source
from parity.inputs.tokens.layout import Layout
from parity.inputs.tokens.vocabulary import Ids

MASKS = ("prefix", "hole", "left", "ones", "scattered")
"""The valid entries at the front; with a gap; at the end, padded on the left; everywhere; anywhere.
The first is the simplest."""

POSITIONS = ("counted", "shifted", "reversed", "repeated", "scattered")
"""0, 1, 2 and so on; from another start; downwards; each twice; any in any order."""

_POINTS = 16


@dataclass(frozen=True)
class Marks:
    """Decisions about masks and positions, made before the rows are known.

    point: where a gap begins, how far a start is shifted, and the seed of what is scattered.
    """

    mask: str = MASKS[0]
    positions: str = POSITIONS[0]
    point: int = 0

    @property
    def left(self) -> bool:
        """Whether rows stand at the end of their padding."""
        return self.mask == "left"

    def valid(self, lengths: Ids, width: int) -> NDArray[np.bool_]:
        """Bool (rows, width); True somewhere in each row."""
        columns, counts = np.arange(width), lengths[:, None]
        if self.mask == "left":
            return np.asarray(columns >= width - counts)
        if self.mask == "ones":
            return np.ones((len(lengths), width), dtype=bool)
        made = np.asarray(columns < counts)
        for row, length in enumerate(lengths):
            if self.mask == "hole" and length > 2:
                start = 1 + self.point * (int(length) - 2) // _POINTS
                made[row, start : min(int(length) - 1, start + 1 + int(length) // 8)] = False
            elif self.mask == "scattered":
                random = np.random.default_rng((self.point, row))
                made[row, 1:] &= random.random(width - 1) < 0.6
        return made

    def row(self, index: int, width: int, bound: int) -> Ids:
        """int64 (width): the positions of one row, below ``bound``."""
        counted = np.arange(width, dtype=np.int64)
        match self.positions:
            case "shifted":
                room = max(0, bound - width)
                return counted + min(room, 1 + self.point * room // (_POINTS - 1))
            case "reversed":
                return counted[::-1].copy()
            case "repeated":
                return counted // 2
            case "scattered":
                random = np.random.default_rng((self.point, index))
                return random.integers(bound, size=width, dtype=np.int64)
        return counted


def draw(source: Source, layout: Layout) -> Marks:
    """Decide; what no input needs is not asked."""
    masks = _allowed(layout)
    mask = _pick(source, masks, "mask") if layout.masks else MASKS[0]
    positions = _pick(source, POSITIONS, "positions") if layout.positions else POSITIONS[0]
    if mask in ("hole", "scattered") or positions in ("shifted", "scattered"):
        return Marks(mask, positions, source.integer(0, _POINTS - 1, "mark point"))
    return Marks(mask, positions)


def _allowed(layout: Layout) -> tuple[str, ...]:
    # Lengths and a mask of the padding in the ids count from the front.
    if layout.lengths or layout.masked:
        return tuple(mask for mask in MASKS if mask not in ("left", "ones"))
    return MASKS


def _pick(source: Source, modes: tuple[str, ...], label: str) -> str:
    # Half of the feeds are as callers send them: any further answer is the usual mode.
    number = source.integer(0, 2 * len(modes) - 2, label)
    return modes[number] if number < len(modes) else modes[0]


def answers(layout: Layout) -> dict[str, dict[str, list[int]]]:
    """For scripts: a label and the answers that choose it, for each unusual mode."""
    found: dict[str, dict[str, list[int]]] = {}
    if layout.masks:
        for index, mode in enumerate(_allowed(layout)[1:], start=1):
            found[f"mask, {mode}"] = {"mask": [index]} | _point(mode, 5)
    if layout.positions:
        for index, mode in enumerate(POSITIONS[1:], start=1):
            found[f"positions, {mode}"] = {"positions": [index]} | _point(mode, _POINTS - 1)
    return found


def _point(mode: str, point: int) -> dict[str, list[int]]:
    return {"mark point": [point]} if mode in ("hole", "scattered", "shifted") else {}
