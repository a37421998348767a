"""``tokenizer.json`` by the tokenizers library."""

from __future__ import annotations

from pathlib import Path

from parity.tokenizing import library
from parity.tokenizing.kinds import Opened
from parity.tokenizing.kinds._library import opened

PACKAGE = "tokenizers"


def open(path: Path) -> Opened:  # noqa: A001  the contract's name
    """A file of the library. Raises InputError."""
    return opened(path.name, library.of_json(path))
