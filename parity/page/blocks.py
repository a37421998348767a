"""What a page is made of: pieces in a line, blocks below each other. Values, no HTML."""

from dataclasses import dataclass
from typing import ClassVar

Tone = str
"""What a thing means for the verdict: "good", "bad", "unsure", or "" for nothing."""


@dataclass(frozen=True)
class Figure:
    """A number of the document. at: where it stands there; value: it, as JSON has it."""

    kind: ClassVar[str] = "figure"
    text: str
    value: str
    at: str


@dataclass(frozen=True)
class Code:
    """What is typed, or stands in a file so."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True)
class Link:
    """To a place of this page. target: its id."""

    kind: ClassVar[str] = "link"
    pieces: "Pieces"
    target: str


@dataclass(frozen=True)
class Mark:
    """A part of a text that an answer labels."""

    kind: ClassVar[str] = "mark"
    text: str
    label: str


@dataclass(frozen=True)
class Badge:
    """A status, in its colour."""

    kind: ClassVar[str] = "badge"
    text: str
    tone: Tone


Piece = str | Figure | Code | Link | Mark | Badge
Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Para:
    """A paragraph. role: "" or what it is, for its looks: "dim", "foreign"."""

    kind: ClassVar[str] = "para"
    pieces: Pieces
    role: str = ""


@dataclass(frozen=True)
class Pre:
    """Lines that keep their spaces."""

    kind: ClassVar[str] = "pre"
    text: str


@dataclass(frozen=True)
class Listing:
    """Lines, one below the other."""

    kind: ClassVar[str] = "listing"
    items: tuple[Pieces, ...]


@dataclass(frozen=True)
class Facts:
    """Terms, each with what it is."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, Pieces], ...]


@dataclass(frozen=True)
class Cell:
    """Of a table. shade: how much of the tolerance is used, 0 to 9, as a colour; None for none."""

    pieces: Pieces = ()
    tone: Tone = ""
    shade: int | None = None


@dataclass(frozen=True)
class Table:
    """columns: titles. right: of the columns whose entries are numbers. The first cell of each row
    is its heading.
    """

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: frozenset[int] = frozenset()
    heat: bool = False


@dataclass(frozen=True)
class Shape:
    """Part of a drawing. name: "rect", "line" or "text". numbers: x, y, and width and height, or
    the other end. role: class of its looks. title: what a pointer that rests on it is told.
    """

    name: str
    numbers: tuple[float, ...]
    role: str
    text: str = ""
    title: str = ""
    value: str = ""
    at: str = ""


@dataclass(frozen=True)
class Plot:
    """A drawing. title, told: in words, for who can't see it. legend: under it."""

    kind: ClassVar[str] = "plot"
    title: str
    told: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Picture:
    """A bitmap. source: a data URI that parity made."""

    kind: ClassVar[str] = "picture"
    source: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Row:
    """Blocks side by side where there is room."""

    kind: ClassVar[str] = "row"
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True)
class Fold:
    """What opens when it is asked for. target: id that a link leads to."""

    kind: ClassVar[str] = "fold"
    summary: Pieces
    blocks: "tuple[Block, ...]"
    target: str = ""
    open: bool = False


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it. level: 2 for the page's own."""

    kind: ClassVar[str] = "section"
    title: str
    blocks: "tuple[Block, ...]"
    target: str = ""
    level: int = 2


Block = Para | Pre | Listing | Facts | Table | Plot | Picture | Row | Fold | Section


@dataclass(frozen=True)
class Verdict:
    """word: in one. tone: its colour. pieces: one sentence."""

    word: str
    tone: Tone
    pieces: Pieces


@dataclass(frozen=True)
class Page:
    """about: what it is of. first: the screen that opens. sections: all else."""

    title: str
    about: Pieces
    verdict: Verdict
    first: tuple[Block, ...]
    sections: tuple[Section, ...]
