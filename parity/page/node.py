"""A place in a document that anybody may have written: what isn't there is a place, too."""

import math
from collections.abc import Iterator
from typing import Any

_WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Node:
    """A value, and the JSON pointer of where it stands.

    Asking for what isn't there, or for a key of what has none, gives a place that holds None.
    """

    def __init__(self, value: Any, at: str = "") -> None:
        self.value = value
        self.at = at

    def __getitem__(self, key: str | int) -> "Node":
        found = None
        if isinstance(self.value, dict) and isinstance(key, str):
            found = self.value.get(key)
        elif isinstance(self.value, list) and isinstance(key, int) and key < len(self.value):
            found = self.value[key]
        return Node(found, f"{self.at}/{str(key).replace('~', '~0').replace('/', '~1')}")

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def __iter__(self) -> Iterator["Node"]:
        """The entries of a list; none of anything else."""
        count = len(self.value) if isinstance(self.value, list) else 0
        return (self[i] for i in range(count))

    def __len__(self) -> int:
        return len(self.value) if isinstance(self.value, list) else 0

    def __bool__(self) -> bool:
        """Whether it holds anything; zero and False are something."""
        return self.value is not None and self.value not in ("", [], {})

    def entries(self) -> Iterator[tuple[str, "Node"]]:
        """The keys of an object, each with its value."""
        keys = list(self.value) if isinstance(self.value, dict) else []
        return ((key, self[key]) for key in keys)

    @property
    def true(self) -> bool:
        """Whether it is true, and nothing that only looks like it."""
        return self.value is True

    @property
    def text(self) -> str:
        """A text; "" for nothing, and JSON's notation for anything else."""
        if self.value is None:
            return ""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, bool):
            return str(self.value).lower()
        return str(self.value)

    @property
    def number(self) -> float | None:
        """A number, also one that JSON has none for; None for anything else."""
        value = self.value
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float):
            return _float(value)
        return _WORDS.get(value) if isinstance(value, str) else None

    @property
    def whole(self) -> int | None:
        """A whole number; None for anything else."""
        return self.value if type(self.value) is int else None

    @property
    def numbers(self) -> list[float] | None:
        """A list of numbers; None if it is none, or if anything in it isn't a number."""
        found = [entry.number for entry in self]
        listed = isinstance(self.value, list) and None not in found
        return [n for n in found if n is not None] if listed else None


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of more than 300 digits
        return math.inf if value > 0 else -math.inf
