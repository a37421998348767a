"""``vocab.txt`` as BERT reads it: symbols (Unicode's S) are split off only where ASCII's are."""

from __future__ import annotations

from pathlib import Path

from parity.tokenizing import library
from parity.tokenizing.kinds import Opened
from parity.tokenizing.kinds._library import opened

PACKAGE = "tokenizers"


def open(path: Path) -> Opened:  # noqa: A001  the contract's name
    """A vocabulary with one token a line. Raises InputError."""
    return opened(f"{path.name} as BERT reads it", library.of_vocabulary(path, symbols=False))
