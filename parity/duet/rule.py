"""The rule behind a difference, where it can be seen: what undoes it when done to the text.

If two tokenizers differ on "É" and agree on "É" without its accent, one of them strips accents.
"""

import re
import unicodedata
from collections.abc import Callable

from parity.duet.side import Row

UNKNOWN = ("[UNK]", "<unk>", "[unk]")

_WORD = 8  # characters between two blanks: no library takes so few
_SPECIAL = re.compile(r"\[[A-Z]{2,5}\]|</?[a-z]{1,4}>|##")


def _strip(text: str) -> str:
    """Without combining marks."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


def _uncontrolled(text: str) -> str:
    return "".join(c for c in text if not unicodedata.category(c).startswith("C") or c in "\t\n\r")


def _around(is_one: Callable[[str], bool]) -> Callable[[str], str]:
    return lambda text: "".join(f" {c} " if is_one(c) else c for c in text)


def _blank(text: str) -> str:
    """One plain blank for each run of white space, and none at the ends."""
    white = "".join(
        " " if c.isspace() or unicodedata.category(c).startswith("Z") else c for c in text
    )
    return " ".join(white.split())


def _is_cjk(character: str) -> bool:
    name = unicodedata.name(character, "")
    return name.startswith("CJK ") and unicodedata.category(character) == "Lo"


RULES: dict[str, Callable[[str], str]] = {
    "special tokens in a text": lambda text: _SPECIAL.sub(lambda m: " " * len(m[0]), text),
    "white space": _blank,
    "control characters": _uncontrolled,
    "lowercase": str.lower,
    "accents": _strip,
    "symbols of category S": _around(lambda c: unicodedata.category(c).startswith("S")),
    "punctuation": _around(lambda c: unicodedata.category(c).startswith("P")),
    "CJK characters apart": _around(_is_cjk),
    "Unicode's compatibility forms": lambda text: unicodedata.normalize("NFKC", text),
    "lowercase and accents": lambda text: _strip(text.lower()),
    "maximum length of a word": lambda text: re.sub(rf"(\S{{{_WORD}}})", r"\1 ", text),
}
"""What each would undo, the more special first."""

VOCABULARY, UNSEEN, OTHER = "vocabulary", "unknown words", "not seen"
CUT, EMPTY = "what is cut", "an empty text of a pair"


def of_rows(one: Row, other: Row) -> str:
    """What the rows alone show, where no rule undoes the difference."""
    if "raised" in one or "raised" in other:
        return "one of them raises"
    if one["tokens"] == other["tokens"] and one["ids"] != other["ids"]:
        return VOCABULARY
    unknown = [any(token in UNKNOWN for token in row["tokens"]) for row in (one, other)]
    return UNSEEN if unknown[0] != unknown[1] else OTHER
