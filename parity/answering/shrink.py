"""The smallest request that a server still answers otherwise."""

from collections.abc import Callable

from parity.answering.found import Smallest

Wrong = Callable[[tuple[str, ...], int], bool]
"""Whether the text at a place of a request is answered otherwise."""

_TRIES = 120  # requests; each is a run of the model, and a server may be far away


def smaller(texts: tuple[str, ...], at: int, wrong: Wrong) -> Smallest:
    """Fewest texts first, then the shortest."""
    tries = _Tries(wrong)
    if len(texts) > 1 and tries((texts[at],), 0):
        texts, at = (texts[at],), 0
    beside = len(texts) > 1
    index = 0
    while index < len(texts):
        less = texts[:index] + texts[index + 1 :]
        moved = at - (index < at)
        if index != at and tries(less, moved):
            texts, at = less, moved
        else:
            index += 1
    for index in range(len(texts)):
        texts = _shorter(texts, index, at, tries)
    return Smallest(texts, at, beside)


class _Tries:
    def __init__(self, wrong: Wrong) -> None:
        self._wrong, self._left = wrong, _TRIES

    def __call__(self, texts: tuple[str, ...], at: int) -> bool:
        self._left -= 1
        return self._left >= 0 and self._wrong(texts, at)


def _shorter(texts: tuple[str, ...], index: int, at: int, tries: _Tries) -> tuple[str, ...]:
    """With pieces cut out of one text: halves first, single characters last."""
    size = len(texts[index])
    while size:
        start = 0
        while start < len(texts[index]):
            text = texts[index]
            cut = text[:start] + text[start + size :]
            less = (*texts[:index], cut, *texts[index + 1 :])
            if tries(less, at):
                texts = less
            else:
                start += size
        size //= 2
    return texts
