"""The fixed pairs: each odd text as a context and some as a question."""

from collections.abc import Callable, Sequence

from parity.inputs._plan import Script
from parity.inputs._source import Choice

_ASKED = "姚明是谁？"
_STORY = "乔丹、科比、詹姆斯和姚明都是篮球界的标志性人物。"

_PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "two empty texts": (("", ""),),
    "no question": (("", _STORY),),
    "no context": ((_ASKED, ""),),
    "a question and its context": ((_ASKED, _STORY),),
    "the same text twice": ((_STORY, _STORY),),
    "the context as question": ((_STORY, _ASKED),),
    "a context of one character": ((_ASKED, "我"),),
    "white space on both sides": ((" \u3000", " \n\t "),),
    "tabs in the context": ((_ASKED, "姚明\t1980年\t上海"),),
    "controls": (("谁\x00？", "a\x00b\x07c\x7fd\u200be\ufffdf\ufeff"),),
    "combining accents": (("Cafe\u0301?", "Cafe\u0301 naïve Ångström \u0301"),),
    "full-width": (("ＡＢＣ？", "ＡＢｃ１２３，ｱｲｳ"),),
    "emoji": (("😀？", "😀👨\u200d👩\u200d👧🇨🇳👍🏽❤\ufe0f"),),
    "ideographs outside the BMP": (("𠮷？", "𠮷野家𪚥㐀"),),
    "mixed scripts": (("v2.6?", "Paddle 模型 v2.6 で Тест 한국어 עברית ไทย"),),
    "what looks like special tokens": (("[SEP]谁[CLS]？", "[CLS]你[SEP]好[PAD][UNK][MASK]##a"),),
    "contexts of different length": ((_ASKED, "我"), (_ASKED, _STORY)),
    "an empty row beside a full one": (("", ""), (_ASKED, _STORY)),
}


def scripts(rows: int, most: Callable[[int], int], *, asks: bool) -> list[Script]:
    """All boundary pairs that fit; as for texts."""
    longest = most(0)
    long = _STORY * (longest // len(_STORY) + 1)
    room = max(0, longest - len(_ASKED))
    texts = dict(_PAIRS)
    texts["a context as long as can be"] = ((_ASKED, long[:room]),)
    texts["a long context beside a short one"] = ((_ASKED, "我"), (_ASKED, long[: room // 2]))
    return [
        _script(label, lines, asks=asks)
        for label, lines in texts.items()
        if len(lines) <= rows and _fit(lines, most)
    ]


def _script(label: str, lines: tuple[tuple[str, str], ...], *, asks: bool) -> Script:
    answers: dict[str, Sequence[Choice]] = {
        "question": [first for first, _ in lines],
        "row": [second for _, second in lines],
    }
    if asks and len(lines) > 1:
        answers["more rows"] = [True] * (len(lines) - 1)
    cost = len(lines) * (3 + max(len(a) + len(b) for a, b in lines))
    return Script(f"pair, {label}", answers, cost)


def _fit(lines: tuple[tuple[str, str], ...], most: Callable[[int], int]) -> bool:
    used = 0
    for first, second in lines:
        if len(first) + len(second) > most(used):
            return False
        used += len(first.encode()) + len(second.encode())
    return True
