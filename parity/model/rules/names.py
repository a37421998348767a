"""What the name of an input suggests. Only ever a tie-breaker, and the evidence says so."""

from typing import Literal

Hint = Literal["position", "segment", "mask", "length", "token"]

_WORDS: tuple[tuple[Hint, tuple[str, ...]], ...] = (
    ("position", ("pos",)),
    ("segment", ("type", "segment", "sent", "task", "role")),
    ("mask", ("mask",)),
    ("length", ("len",)),
)


def hint(name: str) -> Hint:
    """The kind of input that people give this name to; "token" for any other name."""
    lowered = name.lower()
    return next((kind for kind, words in _WORDS if any(w in lowered for w in words)), "token")
