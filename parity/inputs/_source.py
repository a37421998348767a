"""Where the decisions behind a feed come from.

A plan has one function that builds an example by asking a `Source`. Hypothesis,
a script or a recording can answer, so every fixed boundary feed is a point of
the strategy: Hypothesis can replay it and shrink it. To keep that true, each
question is exactly one Hypothesis choice, or none when there is one answer.

Zero, False, the shortest and the lowest must be the simplest: Hypothesis shrinks
towards them.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from parity.errors import InputError

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Choice = bool | int | float | str | bytes
Choices = tuple[Choice, ...]

CAPACITY = 7500
"""Bytes that the data and text of one example may take.

Hypothesis gives an example 8 KiB and discards those that want more; the rest is
for the small choices. Text counts in UTF-8.
"""

_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True)
class Alphabet:
    """The characters from code point ``first`` to ``last``, surrogates left out."""

    first: int = 0
    last: int = 0x10FFFF

    def __contains__(self, character: str) -> bool:
        point = ord(character)
        return self.first <= point <= self.last and point not in _SURROGATES

    @property
    def simplest(self) -> str:
        """The character that a script gets when it doesn't care."""
        return "0" if "0" in self else chr(self.first)


UNICODE = Alphabet()


class Source(Protocol):
    """Answers the questions of a plan. Bounds are inclusive."""

    @property
    def choices(self) -> Choices:
        """The answers so far, as Hypothesis' database stores them."""

    def integer(self, low: int, high: int, label: str) -> int:
        """A whole number."""

    def boolean(self, label: str) -> bool:
        """Yes or no."""

    def data(self, label: str, *, min_size: int, max_size: int) -> bytes:
        """Bytes of a size in the bounds."""

    def text(self, label: str, alphabet: Alphabet, *, min_size: int, max_size: int) -> str:
        """A text of so many characters of the alphabet."""


class _Recording:
    """What all sources share: questions with one answer are not asked, answers are kept."""

    def __init__(self) -> None:
        self._choices: list[Choice] = []

    @property
    def choices(self) -> Choices:
        return tuple(self._choices)

    def integer(self, low: int, high: int, label: str) -> int:
        if low == high:
            return low
        value = self._integer(low, high, label)
        self._choices.append(value)
        return value

    def boolean(self, label: str) -> bool:
        value = self._boolean(label)
        self._choices.append(value)
        return value

    def data(self, label: str, *, min_size: int, max_size: int) -> bytes:
        if max_size == 0:
            return b""
        value = self._data(label, min_size, max_size)
        self._choices.append(value)
        return value

    def text(self, label: str, alphabet: Alphabet, *, min_size: int, max_size: int) -> str:
        if max_size == 0:
            return ""
        value = self._text(label, alphabet, min_size, max_size)
        self._choices.append(value)
        return value

    def _integer(self, low: int, high: int, label: str) -> int:
        raise NotImplementedError

    def _boolean(self, label: str) -> bool:
        raise NotImplementedError

    def _data(self, label: str, low: int, high: int) -> bytes:
        raise NotImplementedError

    def _text(self, label: str, alphabet: Alphabet, low: int, high: int) -> str:
        raise NotImplementedError


class HypothesisSource(_Recording):
    """Hypothesis decides. ``draw`` is what ``@st.composite`` hands out."""

    def __init__(self, draw: Callable[["SearchStrategy[Any]"], Any]) -> None:
        super().__init__()
        from hypothesis import strategies

        self._draw = draw
        self._st = strategies

    def _integer(self, low: int, high: int, label: str) -> int:
        return int(self._draw(self._st.integers(low, high)))

    def _boolean(self, label: str) -> bool:
        return bool(self._draw(self._st.booleans()))

    def _data(self, label: str, low: int, high: int) -> bytes:
        return bytes(self._draw(self._st.binary(min_size=low, max_size=high)))

    def _text(self, label: str, alphabet: Alphabet, low: int, high: int) -> str:
        return str(self._draw(_texts(alphabet, low, high)))


@functools.lru_cache(maxsize=4096)
def _texts(alphabet: Alphabet, low: int, high: int) -> "SearchStrategy[str]":
    # Building this strategy takes longer than drawing a short text from it.
    from hypothesis import strategies as st

    return st.text(_characters(alphabet), min_size=low, max_size=high)


@functools.cache
def _characters(alphabet: Alphabet) -> "SearchStrategy[str]":
    from hypothesis import strategies as st

    return st.characters(
        min_codepoint=alphabet.first, max_codepoint=alphabet.last, exclude_categories=["Cs"]
    )


class ScriptedSource(_Recording):
    """A script decides: for each label the answers, in the order asked.

    A label that the script doesn't name, or whose answers are used up, gets the
    simplest answer. ValueError tells the script's author of an answer out of
    bounds or, from `finish`, of one that nobody asked for.
    """

    def __init__(self, answers: Mapping[str, Sequence[Choice]]) -> None:
        super().__init__()
        self._answers = {label: list(values) for label, values in answers.items()}

    def finish(self) -> None:
        """Raise ValueError if an answer is left over."""
        left = sorted(label for label, values in self._answers.items() if values)
        if left:
            raise ValueError(f"the script answers what was not asked: {', '.join(left)}")

    def _next(self, label: str, simplest: Choice, problem: Callable[[Choice], str]) -> Any:
        values = self._answers.get(label)
        value = values.pop(0) if values else simplest
        wrong = problem(value)
        if wrong:
            raise ValueError(f'the script\'s answer to "{label}" is {wrong}')
        return value

    def _integer(self, low: int, high: int, label: str) -> int:
        return int(self._next(label, low, lambda v: _bad_integer(v, low, high)))

    def _boolean(self, label: str) -> bool:
        return bool(self._next(label, False, _bad_boolean))

    def _data(self, label: str, low: int, high: int) -> bytes:
        return bytes(self._next(label, bytes(low), lambda v: _bad_data(v, low, high)))

    def _text(self, label: str, alphabet: Alphabet, low: int, high: int) -> str:
        simplest = alphabet.simplest * low
        return str(self._next(label, simplest, lambda v: _bad_text(v, alphabet, low, high)))


class ReplaySource(_Recording):
    """A recording decides. Raises InputError where it doesn't fit the questions."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._left = list(choices)

    def finish(self) -> None:
        """Raise InputError if choices are left over."""
        if self._left:
            raise InputError(
                f"the recorded choices don't fit these inputs: {len(self._left)} are left over"
            )

    def _next(self, label: str, problem: Callable[[Choice], str]) -> Any:
        if not self._left:
            raise InputError(f"the recorded choices don't fit these inputs: none for {label}")
        value = self._left.pop(0)
        wrong = problem(value)
        if wrong:
            raise InputError(f"the recorded choices don't fit these inputs: {label} is {wrong}")
        return value

    def _integer(self, low: int, high: int, label: str) -> int:
        return int(self._next(label, lambda v: _bad_integer(v, low, high)))

    def _boolean(self, label: str) -> bool:
        return bool(self._next(label, _bad_boolean))

    def _data(self, label: str, low: int, high: int) -> bytes:
        return bytes(self._next(label, lambda v: _bad_data(v, low, high)))

    def _text(self, label: str, alphabet: Alphabet, low: int, high: int) -> str:
        return str(self._next(label, lambda v: _bad_text(v, alphabet, low, high)))


def _bad_integer(value: Choice, low: int, high: int) -> str:
    good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    return "" if good else f"{value!r}, not a whole number in {low}..{high}"


def _bad_boolean(value: Choice) -> str:
    return "" if isinstance(value, bool) else f"{value!r}, not a boolean"


def _bad_data(value: Choice, low: int, high: int) -> str:
    good = isinstance(value, bytes) and low <= len(value) <= high
    return "" if good else f"{value!r:.40}, not {low}..{high} bytes"


def _bad_text(value: Choice, alphabet: Alphabet, low: int, high: int) -> str:
    if not isinstance(value, str) or not low <= len(value) <= high:
        return f"{value!r:.40}, not a text of {low}..{high} characters"
    foreign = [c for c in value if c not in alphabet]
    return f"{value!r:.40}, with {foreign[0]!r} outside the alphabet" if foreign else ""
