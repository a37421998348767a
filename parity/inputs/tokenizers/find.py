"""Find the tokenizer of a model, and read it."""

from pathlib import Path

from parity.errors import InputError, UsageError
from parity.inputs.tokenizers.tokenizer import Tokenizer
from parity.plugins import unknown

STYLES = ("ernie", "bert", "json", "characters")
TOKENIZER_FILES = {"tokenizer.json": "json", "vocab.txt": "ernie", "word.dic": "characters"}
"""Which file beside a model means which style, the most specific first."""


def find_tokenizer(folder: Path) -> Tokenizer | None:
    """The tokenizer that lies in a folder, or None."""
    file = tokenizer_file(folder)
    return None if file is None else load_tokenizer(file)


def tokenizer_file(folder: Path) -> Path | None:
    """The file of the tokenizer that lies in a folder, or None."""
    places = (folder / file for file in TOKENIZER_FILES)
    return next((place for place in places if place.is_file()), None)


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
        found = tokenizer_file(path)
        if found is None:
            raise InputError(
                f"{path}: no tokenizer in this folder; looked for {', '.join(TOKENIZER_FILES)}"
            )
        path = found
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
        from parity.inputs.tokenizers.characters import load

        return load(path)
    from parity.inputs.tokenizers import wordpiece

    return wordpiece.load(path, chosen)
