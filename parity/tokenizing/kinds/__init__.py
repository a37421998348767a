"""Tokenizers by who runs them, one file each; its stem is the name before the colon.

A module offers ``PACKAGE``, the distribution whose version is told, and ``open(path)``, which gives
an `Opened`. It is imported in a process of its own, it may be in another environment under Python
3.9, and imports nothing of parity's but this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable  # noqa: UP035  Python 3.9

Row = "dict[str, Any]"
"""``ids`` and ``tokens``; ``segments`` and ``offsets`` (characters of the text), None where the
tokenizer tells none. Offsets of the second text of a pair count in that text."""


class WrongError(Exception):
    """A file that is no tokenizer of this kind. The message is one line."""


@dataclass(frozen=True)
class Opened:
    """A tokenizer.

    name: what it is, for a person. encode: a text, a second one or None, and the most tokens or
    None, as one row. vocabulary: id by token. shortest: tokens of an empty text, and of two.
    """

    name: str
    encode: Callable[[str, str | None, int | None], dict[str, Any]]
    vocabulary: dict[str, int]
