"""The shortest text on which two tokenizers differ."""

from collections.abc import Callable, Sequence

Differs = Callable[[Sequence[str]], list[bool]]
"""Of each of several texts, whether the two differ there."""

_PLAIN = ("a", "0", "一")


def shortest(text: str, differs: Differs) -> str:
    """Without all that can go, and with plain characters where they will do.

    text: one on which they differ.
    """
    size = max(1, len(text) // 2)
    while size:
        smaller = _without(text, size, differs)
        if smaller is None:
            size //= 2
        else:
            text = smaller
            size = min(size, max(1, len(text) // 2))
    return _plain(text, differs)


def _without(text: str, size: int, differs: Differs) -> str | None:
    tried = [text[:at] + text[at + size :] for at in range(0, len(text), size)]
    tried = [one for one in dict.fromkeys(tried) if len(one) < len(text)]
    found = differs(tried) if tried else []
    return next((one for one, off in zip(tried, found, strict=True) if off), None)


def _plain(text: str, differs: Differs) -> str:
    for at, character in enumerate(text):
        if character in _PLAIN:
            continue
        tried = [text[:at] + plain + text[at + 1 :] for plain in _PLAIN]
        found = differs(tried)
        text = next((one for one, off in zip(tried, found, strict=True) if off), text)
    return text
