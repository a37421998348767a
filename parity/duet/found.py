"""What two tokenizers come to, as values."""

from dataclasses import dataclass
from typing import Literal

from parity.duet.side import Row, Trial

Kind = Literal[
    "ids", "segments", "offsets", "truncation", "pairs", "truncation of pairs", "refusal",
    "vocabulary", "nothing compared",
]  # fmt: skip
"""Closed: every way in which two may differ."""


@dataclass(frozen=True)
class Difference:
    """One rule by which they differ, with the shortest text that shows it.

    text, second: None where no text is meant. longest: tokens at which it was cut. a, b: what each
    makes of it, as a line. texts: how many showed it. characters: single characters that do,
    between two letters, of ``of`` that were tried.
    """

    kind: Kind
    rule: str
    text: str | None = None
    second: str | None = None
    longest: int | None = None
    a: str = ""
    b: str = ""
    texts: int = 0
    characters: int = 0
    of: int = 0

    def __str__(self) -> str:
        if self.text is None:
            return f"{self.kind}: {self.rule}"
        shown = repr(_short(self.text))
        if self.second is not None:
            shown = f"{shown} and {_short(self.second)!r}"
        cut = f", cut at {self.longest}" if self.longest is not None else ""
        many = f"; {self.texts:,} texts" if self.texts else ""
        if self.characters:
            many += f"; {self.characters:,} of {self.of:,} characters"
        return f"{self.kind}, by {self.rule}: {shown}{cut}: A {self.a}, B {self.b}{many}"


@dataclass(frozen=True)
class Duet:
    """a, b: names and versions. differences: the most telling first. compared: tokens of A that
    were compared. texts: on how many texts and pairs. refused: on which both raise.
    """

    a: str
    b: str
    differences: tuple[Difference, ...]
    compared: int
    texts: int
    refused: int
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether something was compared, and all of it is alike."""
        return self.compared > 0 and not self.differences


def aspect(one: Row, other: Row) -> Kind | None:
    """In what two rows differ first; None where they don't, as far as both tell."""
    if "raised" in one or "raised" in other:
        return None if "raised" in one and "raised" in other else "refusal"
    if one["ids"] != other["ids"]:
        return "ids"
    for name in ("segments", "offsets"):
        if one[name] is not None and other[name] is not None and one[name] != other[name]:
            return "segments" if name == "segments" else "offsets"
    return None


def kind_of(found: Kind, trial: Trial) -> Kind:
    """What a difference is called that shows only with a second text, or only cut."""
    _, second, longest = trial
    if longest is not None:
        return "truncation" if second is None else "truncation of pairs"
    return found if second is None or found == "refusal" else "pairs"


_MOST = 12  # tokens of a row that are shown


def line(row: Row, kind: Kind) -> str:
    """What a tokenizer makes of a text, as far as it differs."""
    if "raised" in row:
        return f"raises {row['raised'][:120]}"
    tokens = [str(t) for t in row["tokens"]]
    shown = " ".join(tokens[:_MOST]) + (f" … ({len(tokens)})" if len(tokens) > _MOST else "")
    if kind == "offsets":
        return f"{row['offsets'][:_MOST]}"
    if kind in ("segments", "pairs") and row["segments"] is not None:
        return f"[{shown}] segments {row['segments'][:_MOST]}"
    return f"[{shown}]"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:40]}…({len(text)} characters)"
