"""Text to ids, as the model's own users do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from parity.errors import InputError, UsageError
from parity.plugins import unknown

STYLES = ("ernie", "bert", "json", "characters")
TOKENIZER_FILES = {"tokenizer.json": "json", "vocab.txt": "ernie", "word.dic": "characters"}
"""Which file beside a model means which style, the most specific first."""


@dataclass(frozen=True)
class Encoded:
    """Texts as ids, row by row, not padded.

    ids, segments: int64 (tokens) for each text.
    offsets: for each text and token the characters [start, end) of the text;
        (0, 0) for a token that stands for none, such as [CLS].
    """

    ids: tuple[NDArray[np.int64], ...]
    segments: tuple[NDArray[np.int64], ...]
    offsets: tuple[tuple[tuple[int, int], ...], ...]


class Tokenizer(Protocol):
    """What the plans need of a tokenizer."""

    @property
    def name(self) -> str:
        """Style and file, for a person."""

    @property
    def pad(self) -> int | None:
        """The id that shorter rows are padded with; None if the tokenizer has none."""

    @property
    def specials(self) -> tuple[int, ...]:
        """Ids that stand for no text, ascending: [CLS], [SEP], [UNK] …"""

    @property
    def size(self) -> int:
        """One more than the largest id."""

    @property
    def shortest(self) -> int:
        """Tokens of an empty text."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The text pieces of the vocabulary in the order of their ids, specials left out."""

    def encode(self, texts: Sequence[str], max_length: int) -> Encoded:
        """Encode each text, cut to max_length tokens, specials included."""


def find_tokenizer(folder: Path) -> Tokenizer | None:
    """The tokenizer that lies in a folder, or None."""
    for file in TOKENIZER_FILES:
        if (folder / file).is_file():
            return load_tokenizer(folder / file)
    return None


def load_tokenizer(path: Path, *, style: str | None = None) -> Tokenizer:
    """Read a tokenizer.

    path: a ``tokenizer.json``, a vocabulary with one token a line, a LAC
        ``word.dic``, or a folder with one of them.
    style: "json", "ernie", "bert" or "characters"; None goes by the file's name.

    Raises InputError, naming the file, when it is missing, empty, not UTF-8, not
    JSON or lacks a token that the style needs; UsageError for an unknown style.
    """
    if style is not None and style not in STYLES:
        raise UsageError(unknown("tokenizer style", style, STYLES))
    if path.is_dir():
        found = [path / file for file in TOKENIZER_FILES if (path / file).is_file()]
        if not found:
            raise InputError(
                f"{path}: no tokenizer in this folder; looked for {', '.join(TOKENIZER_FILES)}"
            )
        path = found[0]
    chosen = (
        style
        or TOKENIZER_FILES.get(path.name)
        or {".json": "json", ".txt": "ernie"}.get(path.suffix)
    )
    if chosen is None:
        raise InputError(
            f"{path}: not a tokenizer file by its name; "
            f"expected one of {', '.join(TOKENIZER_FILES)}"
        )
    if chosen == "characters":
        from parity.inputs._characters import load

        return load(path)
    from parity.inputs import _wordpiece

    return _wordpiece.load(path, chosen)
