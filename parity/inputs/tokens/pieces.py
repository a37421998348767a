"""What generated texts are made of.

Hypothesis draws four of five characters from the first 256 of an alphabet, so
the pieces are put in an order in which those hold letters, digits, the
frequent tokens of the vocabulary, and what text code stumbles over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from parity.inputs._source import UNICODE, Alphabet

ODD = (
    *(" ", "\t", "\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u00ad"),  # white or no space
    *("\x00", "\x07", "\x7f", "\ufffd", "\u200d", "\u202e"),  # controls
    *("é", "e\u0301", "ﬁ", "ß", "İ", "ǆ", "\u0301", "각"),  # accents, and case that changes length
    *("Ａ", "ｚ", "１", "！", "，", "ｶ", "℃", "①", "½", "㎏"),  # full-width and compatibility
    *("＋", "￥", "$", "^", "`", "|", "~", "©", "←", "∑", "€"),  # symbols: split off by ERNIE
    *("。", "、", "《", "》", "“", "·", "-", "_", "#", "[", "]", "@"),  # punctuation
    *("😀", "👨‍👩‍👧", "🇨🇳", "👍🏽", "❤️"),  # more than one code point, or outside the BMP
    *("𠮷", "㐀", "豈", "あ", "ア", "한", "Ж", "א", "ع", "ไ"),  # other scripts, rare ideographs
    *("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "##a"),  # what only looks like a token
)

_LETTERS = tuple("abcdefghijklmnopqrstuvwxyz0123456789")
_FIRST = 0x800
_MOST = 0xD800 - _FIRST
_FREQUENT = 256 - len(_LETTERS) - len(ODD)


@dataclass(frozen=True)
class Pieces:
    """A table of pieces, each with a character that stands for it."""

    table: tuple[str, ...]

    @property
    def alphabet(self) -> Alphabet:
        """The characters that stand for the pieces."""
        return Alphabet(_FIRST, _FIRST + len(self.table) - 1)

    def read(self, text: str) -> str:
        """The text that a run of such characters stands for."""
        return "".join(self.table[ord(c) - _FIRST] for c in text)


def pieces(tokens: Sequence[str]) -> Pieces:
    """The pieces for a vocabulary, whose tokens are in the order of their ids."""
    usable = [t for t in tokens if all(c in UNICODE for c in t)]
    # In a Chinese vocabulary characters come by frequency, behind letters and marks.
    frequent = [t for t in usable if len(t) == 1 and "\u4e00" <= t <= "\u9fff"][:_FREQUENT]
    if len(frequent) < _FREQUENT:
        step = max(1, len(usable) // _FREQUENT)
        frequent += usable[::step][: _FREQUENT - len(frequent)]
    table = dict.fromkeys((*_LETTERS, *frequent, *ODD, *usable))
    return Pieces(tuple(table)[:_MOST])
