"""LAC's tokenizer: one id for each character."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parity.errors import InputError
from parity.inputs.tokenizers.tokenizer import Encoded
from parity.tokenizing.read import read_text

UNKNOWN = "OOV"


@dataclass(frozen=True)
class Characters:
    """A dictionary of words, of which only single characters are looked up.

    halfwidth: full-width characters and what they are read as.
    """

    name: str
    words: Mapping[str, int]
    halfwidth: Mapping[str, str]
    tokens: tuple[str, ...]
    size: int
    pad: int | None = None
    shortest: int = 0
    shortest_pair: int = 0

    @property
    def specials(self) -> tuple[int, ...]:
        return (self.words[UNKNOWN],)

    def encode(self, texts: Sequence[str], max_length: int) -> Encoded:
        unknown = self.words[UNKNOWN]
        rows = [
            np.array(
                [self.words.get(self.halfwidth.get(c, c), unknown) for c in text[:max_length]],
                dtype=np.int64,
            )
            for text in texts
        ]
        return Encoded(
            tuple(rows),
            tuple(np.zeros_like(row) for row in rows),
            tuple(tuple((i, i + 1) for i in range(len(row))) for row in rows),
        )

    def encode_pairs(
        self, texts: Sequence[tuple[str, str]], max_length: int, *, stride: int | None = None
    ) -> tuple[Encoded, ...]:
        raise InputError(f"{self.name}: has nothing to tell two texts apart with")


def load(path: Path) -> Characters:
    """Read LAC's ``word.dic`` (id, tab, word) and the ``q2b.dic`` beside it, if any."""
    words: dict[str, int] = {}
    for number, (key, word) in _pairs(path):
        if not (key.isascii() and key.isdigit()):
            raise InputError(f"{path}:{number}: expected an id, a tab and a word, got {key!r}")
        words[word] = int(key)
    if not words:
        raise InputError(f"{path}: the vocabulary is empty")
    if UNKNOWN not in words:
        raise InputError(f'{path}: no "{UNKNOWN}" for unknown characters among {len(words)} words')
    beside = path.with_name("q2b.dic")
    halfwidth = {full: half for _, (full, half) in _pairs(beside)} if beside.is_file() else {}
    return Characters(
        name=f"character tokenizer {path.name}",
        words=words,
        halfwidth=halfwidth,
        tokens=tuple(sorted((w for w in words if len(w) == 1), key=words.__getitem__)),
        size=max(words.values()) + 1,
    )


def _pairs(path: Path) -> list[tuple[int, tuple[str, str]]]:
    # Blanks and other white space are words: split at line feeds and tabs only.
    pairs = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        key, tab, value = line.removesuffix("\r").partition("\t")
        if tab:
            pairs.append((number, (key, value)))
    return pairs
