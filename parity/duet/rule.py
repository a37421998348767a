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
EMPTY, SEGMENTS, JOINED = (
    "an empty text of a pair", "segments of the second text", "how two texts are joined",
)  # fmt: skip
END, TEXT, LEFT = "which end is cut", "which text of a pair is cut", "how many tokens are left"
BYTES, UNITS = "offsets count bytes", "offsets count units of UTF-16"


def of_rows(one: Row, other: Row) -> str:
    """What the rows alone show, where no rule undoes the difference."""
    if "raised" in one or "raised" in other:
        return "one of them raises"
    if one["tokens"] == other["tokens"] and one["ids"] != other["ids"]:
        return VOCABULARY
    unknown = [any(token in UNKNOWN for token in row["tokens"]) for row in (one, other)]
    return UNSEEN if unknown[0] != unknown[1] else OTHER


def of_pair(one: Row, other: Row) -> str:
    """Of two texts that are read alike alone, and otherwise together."""
    if "raised" in one or "raised" in other:
        return of_rows(one, other)
    return JOINED if one["ids"] != other["ids"] else SEGMENTS


def of_cut(one: Row, other: Row) -> str:
    """Of a text that is read alike whole, and otherwise cut."""
    if "raised" in one or "raised" in other:
        return of_rows(one, other)
    if len(one["ids"]) != len(other["ids"]):
        return LEFT
    segments = one["segments"], other["segments"]
    return TEXT if None not in segments and segments[0] != segments[1] else END


def of_offsets(text: str, one: Row, other: Row) -> str | None:
    """Of two rows of a text: what one of them counts where the other counts characters."""
    if any("raised" in row or row["offsets"] is None for row in (one, other)):
        return None
    for count, name in ((_bytes, BYTES), (_units, UNITS)):
        told = [0]
        for character in text:
            told.append(told[-1] + count(character))
        for mine, its in ((one, other), (other, one)):
            inside = all(b < len(told) for _, b in mine["offsets"])
            if inside and [[told[a], told[b]] for a, b in mine["offsets"]] == [
                list(span) for span in its["offsets"]
            ]:
                return name
    return None


def _bytes(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))


def _units(character: str) -> int:
    return len(character.encode("utf-16-le", "surrogatepass")) // 2
