"""Labelled data, and the lines of it that can't be used."""

from dataclasses import dataclass
from pathlib import Path

from parity.shown import shown


@dataclass(frozen=True)
class Wanted:
    """What is right for a row; only what its task asks for is filled in.

    labels: one or several classes, or the text of a picture. entities: label, first and last
    character (inclusive). answers: texts of which each would be right.
    """

    labels: tuple[str, ...] = ()
    entities: frozenset[tuple[str, int, int]] = frozenset()
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One question. text: what is asked; for pictures the path. wanted: None where unlabelled."""

    file: str
    line: int
    text: str
    wanted: Wanted | None


@dataclass(frozen=True)
class Bad:
    """A line that can't be used, and why. line: from 1 on."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}: {shown(self.why)}"


@dataclass(frozen=True)
class Data:
    """file: where the rows come from. format: in words."""

    file: Path
    format: str
    rows: tuple[Row, ...]
    bad: tuple[Bad, ...] = ()

    @property
    def labelled(self) -> bool:
        """Whether it says what is right."""
        return any(row.wanted is not None for row in self.rows)
