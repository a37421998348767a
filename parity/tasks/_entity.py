"""What a tagger's output means to a user."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entity:
    """A labelled span of the user's text.

    label: "PER", "LOC", …; "" where the decoding rule gives none.
    start, end: character positions, end *inclusive*, as the deployment guides
        print them. text: ``user_text[start : end + 1]``.
    """

    label: str
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return f"{self.text} {self.label or '(no label)'} [{self.start}, {self.end}]"
