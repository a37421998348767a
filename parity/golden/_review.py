"""What a person decided about a recording: kept in the golden, so that nobody has to ask."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Refused:
    """An answer that was recorded and is not right. shown: None where the text was left out."""

    text: str
    shown: tuple[str, ...] | None


@dataclass(frozen=True)
class Review:
    """One sitting of one person.

    by: name, with the address where one is known. at: its beginning, UTC, as 2026-11-26T14:03:00Z.
    why: what they said of it. origin: "accepted" or "rejected" where it was about another model,
    tokenizer or task. accepted: texts whose recorded answer, or absence, is right. rejected: what
    is not; the golden keeps the earlier answer.
    """

    by: str
    at: str
    why: str
    origin: str | None = None
    accepted: tuple[str, ...] = ()
    rejected: tuple[Refused, ...] = ()

    def packed(self) -> dict[str, Any]:
        """As a table of JSON."""
        refused = [{"text": r.text, "shown": _list(r.shown)} for r in self.rejected]
        return {
            "by": self.by,
            "at": self.at,
            "why": self.why,
            **({} if self.origin is None else {"origin": self.origin}),
            "accepted": list(self.accepted),
            "rejected": refused,
        }


def _list(lines: tuple[str, ...] | None) -> list[str] | None:
    return None if lines is None else list(lines)
