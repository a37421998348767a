"""What two tokenizers are tried on."""

import random
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from parity import pairs
from parity.errors import InputError
from parity.inputs.boundary.texts import fixed
from parity.inputs.tokens.pieces import pieces
from parity.tokenizing.read import read_text

LONGEST = 40  # pieces of a generated text

_ALL_BELOW = 0x3000
"""Up to here every character is tried: letters, marks, symbols of most scripts. Above, one in so
many, which takes some of each block."""
_ONE_IN = 16

_WORDS = (9, 10, 11, 15, 16, 17, 20, 21, 25, 26, 31, 32, 33, 48, 50, 51, 63, 64, 65, 80, 90,
          99, 100, 101, 127, 128, 129, 199, 200, 201, 255, 256, 257, 511, 513)  # fmt: skip
"""Letters of a word; libraries give up on one that is longer than they take, 100 in BERT's."""


def recorded(path: Path) -> list[tuple[str, str | None]]:
    """Sentences of a file, one a line; a line with a tab is a pair. Raises InputError for none."""
    found: list[tuple[str, str | None]] = []
    for line in read_text(path).splitlines():
        if line.strip():
            two = pairs.split(line)
            found.append((line, None) if two is None else two)
    if not found:
        raise InputError(f"{path}: no text in it; write one a line")
    return found


def boundary() -> list[str]:
    """What tokenizers are known to stumble over, and words of every usual greatest length."""
    return [*fixed(), *("a" * size for size in _WORDS)]


def characters() -> Iterator[str]:
    """Every assigned character below ``_ALL_BELOW`` between two letters, and some above."""
    for code in (*range(1, _ALL_BELOW), *range(_ALL_BELOW, sys.maxunicode, _ONE_IN)):
        character = chr(code)
        if unicodedata.category(character) not in ("Cn", "Cs", "Co"):
            yield f"a{character}b"


def generated(vocabulary: Sequence[str], examples: int, seed: int) -> list[str]:
    """Texts of vocabulary's pieces, of odd ones, and of any Unicode, drawn by Hypothesis."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    table = pieces(vocabulary).table
    made: list[str] = []
    of_pieces = st.lists(st.sampled_from(table), max_size=LONGEST).map("".join)
    anything = st.text(max_size=LONGEST)  # without surrogates: no user has one in a text

    @seeded(seed)
    @settings(
        max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.one_of(of_pieces, anything))
    def draw(text: str) -> None:
        made.append(text.encode("utf-8", "ignore").decode())

    draw()
    return list(dict.fromkeys(made))


def partners(texts: Sequence[str], seed: int, most: int) -> list[tuple[str, str]]:
    """Pairs of texts: each with the empty one beside it, and with another."""
    chosen = random.Random(seed).sample([*texts], min(most, len(texts)))  # noqa: S311
    return [
        *((text, other) for text, other in zip(chosen, reversed(chosen), strict=True)),
        *((text, "") for text in chosen[: most // 4]),
        *(("", text) for text in chosen[: most // 4]),
    ]
