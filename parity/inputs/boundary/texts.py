"""The fixed texts: what tokenizers, offsets and padding stumble over."""

from collections.abc import Callable, Sequence

from parity.inputs._plan import Script
from parity.inputs._source import Choice

_CITIES = "北京的涮肉，重庆的火锅，成都的小吃都是极具特色的美食。"
_PLAYERS = "乔丹、科比、詹姆斯和姚明都是篮球界的标志性人物。"

_TEXTS: dict[str, tuple[str, ...]] = {
    "the empty text": ("",),
    "one Chinese character": ("一",),
    "one letter": ("a",),
    "white space only": (" \t\n\u3000",),
    "punctuation only": ("，。！？《》“”,.!?",),
    "symbols": ("＋￥$^`|~ ©a＋b￥5",),
    "controls": ("a\x00b\x07c\x7fd\u200be\ufffdf\ufeff",),
    "combining accents": ("Cafe\u0301 naïve Ångström \u0301",),
    "full-width letters and digits": ("ＡＢｃ１２３，ｱｲｳ",),
    "compatibility characters": ("①½㎏℃ﬁ豈",),
    "emoji": ("😀👨\u200d👩\u200d👧🇨🇳👍🏽❤\ufe0f",),
    "ideographs outside the BMP": ("𠮷野家𪚥㐀",),
    "mixed scripts": ("Paddle 模型 v2.6 で Тест 한국어 עברית ไทย",),
    "case that changes length": ("İSTANBUL ẞ Ǆ ΑΣ",),
    "what looks like special tokens": ("[CLS]你[SEP]好[PAD][UNK][MASK]##a",),
    "a long word": ("a" * 101,),
    "names of places": (_CITIES,),
    "names of people": (_PLAYERS,),
    "rows of different length": ("好", _CITIES),
    "an empty row beside a full one": ("", _PLAYERS),
    "four rows": ("你好", "a b c", _PLAYERS, "１"),
}


def fixed() -> list[str]:
    """Each of the texts, once."""
    return list(dict.fromkeys(text for lines in _TEXTS.values() for text in lines))


def scripts(rows: int, most: Callable[[int], int], *, asks: bool) -> list[Script]:
    """All boundary texts that fit.

    rows: most texts of a feed. most: most characters of a text, after so many bytes.
    asks: whether the plan asks for more rows.
    """
    texts = dict(_TEXTS)
    longest = most(0)
    long = (_CITIES + _PLAYERS) * (longest // len(_CITIES + _PLAYERS) + 1)
    texts["a text as long as can be"] = (long[:longest],)
    texts["a long text beside a short one"] = ("短", long[: longest // 2])
    return [
        _script(label, lines, asks=asks)
        for label, lines in texts.items()
        if len(lines) <= rows and _fit(lines, most)
    ]


def _script(label: str, lines: tuple[str, ...], *, asks: bool) -> Script:
    answers: dict[str, Sequence[Choice]] = {"row": lines}
    if asks and len(lines) > 1:
        answers["more rows"] = [True] * (len(lines) - 1)
    return Script(f"text, {label}", answers, cost=len(lines) * (2 + max(map(len, lines))))


def _fit(lines: tuple[str, ...], most: Callable[[int], int]) -> bool:
    used = 0
    for line in lines:
        if len(line) > most(used):
            return False
        used += len(line.encode())
    return True
