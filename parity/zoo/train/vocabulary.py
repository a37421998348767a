"""A WordPiece vocabulary of single characters, counted from the training text."""

import string
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
FULLWIDTH = "".join(chr(ord(c) + 0xFEE0) for c in string.digits + string.ascii_lowercase)


def build(texts: Iterable[str], *, size: int) -> list[str]:
    """At most ``size`` tokens: specials, ASCII, pieces inside a word, then characters by count.

    Ties go by code point, so that the same text gives the same list.
    """
    fixed = [c for c in string.printable if not c.isspace() and not c.isupper()]
    inside = [f"##{c}" for c in string.digits + string.ascii_lowercase + FULLWIDTH]
    tokens = [*SPECIALS, *fixed, *FULLWIDTH, *inside]
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text.lower())
    known = set(tokens)
    ranked = sorted(counts, key=lambda c: (-counts[c], c))
    tokens += [c for c in ranked if c not in known and not c.isspace()]
    return tokens[:size]


def save(tokens: list[str], path: Path) -> None:
    """One token a line, the line number being its id."""
    path.write_text("".join(f"{token}\n" for token in tokens), "utf-8")
