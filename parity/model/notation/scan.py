"""A text of the notation as words, each with its place, and errors that show the place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from parity.errors import UsageError
from parity.model.notation.said import DTYPES

NAME = re.compile(r"[^\W\d]\w*(?:[./\-]\w+)*")
"""What needs no quotes, in a symbol or a name."""

NUMBER = re.compile(r"[-+]?(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][-+]?\d+)?")

_WORD = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    rf"|(?P<number>{NUMBER.pattern})"
    r"|(?P<name>[^\W\d]\w*(?:[./\-]\w+)*)"
    r"|(?P<mark>\.\.|<=|>=|≤|≥|[][(){}<>=,:?*/|;])"
)
_PLAIN = {"≤": "<=", "≥": ">="}
_INPUT = re.compile(
    rf"\s*(?P<name>[^\s\"'][^\"']*?)\s*:(?=\s*(?:{'|'.join(DTYPES)})\b|\s*\[)", re.DOTALL
)
_LONGEST = 4000  # characters; nobody writes more, and errors stay one line


@dataclass(frozen=True)
class Word:
    """One word. kind: "quoted", "number", "name", "mark" or "end". at: where it begins."""

    kind: str
    text: str
    at: int
    end: int


class Words:
    """The words of a text, taken one by one.

    what: names the text in errors ("--input").
    """

    def __init__(self, text: str, what: str) -> None:
        self.text = text
        self.what = what
        if len(text) > _LONGEST:
            raise UsageError(f"{what}: {len(text)} characters; a line about one input is shorter")
        self._words = list(self._split())
        self._next = 0

    def _split(self) -> Iterable[Word]:
        at = 0
        # What exporters make of names ("onnx::Add_0", "219") would need quotes elsewhere.
        first = _INPUT.match(self.text)
        if first and not NAME.fullmatch(first["name"]):
            yield Word("quoted", first["name"], first.start("name"), first.end("name"))
            at = first.end("name")
        while at < len(self.text):
            if self.text[at].isspace():
                at += 1
                continue
            found = _WORD.match(self.text, at)
            if found is None:
                unclosed = self.text[at] in "\"'"
                raise self.wrong(at, "this quote has no end" if unclosed else "nothing like it")
            kind = str(found.lastgroup)
            text = found[0]
            if kind == "quoted":
                text = re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
            yield Word(kind, _PLAIN.get(text, text) if kind == "mark" else text, at, found.end())
            at = found.end()
        yield Word("end", "", at, at)

    @property
    def here(self) -> Word:
        """The next word, not taken."""
        return self._words[self._next]

    @property
    def after(self) -> Word:
        """The word behind the next one."""
        return self._words[min(self._next + 1, len(self._words) - 1)]

    def take(self) -> Word:
        """The next word."""
        word = self.here
        self._next += word.kind != "end"
        return word

    def skip(self, *marks: str) -> bool:
        """Take the next word if it is one of these marks or bare words."""
        if self.here.kind in ("mark", "name") and self.here.text.lower() in marks:
            self.take()
            return True
        return False

    def need(self, mark: str, why: str) -> None:
        """Take a mark that must be there. Raises UsageError."""
        if not self.skip(mark):
            raise self.expected(f'"{mark}" {why}')

    def expected(self, what: str) -> UsageError:
        """The error that something else stands here."""
        return self.wrong(self.here.at, f"expected {what}")

    def wrong(self, at: int, why: str) -> UsageError:
        """An error about a place in the text."""
        rest = " ".join(self.text[at : at + 24].split())
        place = f'at "{rest}"' if rest else "at its end"
        whole = " ".join(self.text.split())
        shown = whole if len(whole) <= 120 else f"{whole[:117]}..."
        return UsageError(f"{self.what} '{shown}': {place}, character {at + 1}: {why}")


def number(words: Words, what: str) -> float:
    """A number or a fraction such as 1/255. Raises UsageError."""
    word = words.here
    if word.kind != "number":
        raise words.expected(what)
    words.take()
    value = float(word.text)
    if words.skip("/"):
        below = whole(words, "what to divide by", least=1)
        value /= below
    if abs(value) > 1e300:
        raise words.wrong(word.at, "too large for any dtype")
    return value


def whole(words: Words, what: str, *, least: int = 0) -> int:
    """A whole number from ``least`` up. Raises UsageError."""
    word = words.here
    if word.kind != "number" or not re.fullmatch(r"\+?\d{1,18}", word.text):
        raise words.expected(f"{what}: a whole number")
    words.take()
    if int(word.text) < least:
        raise words.wrong(word.at, f"{what} must be at least {least}")
    return int(word.text)


def signed(words: Words, what: str) -> int:
    """A whole number, maybe below zero. Raises UsageError."""
    word = words.here
    if word.kind != "number" or not re.fullmatch(r"[-+]?\d{1,18}", word.text):
        raise words.expected(f"{what}: a whole number")
    words.take()
    return int(word.text)


def name(words: Words, what: str) -> str:
    """A name, quoted or plain. Raises UsageError."""
    word = words.here
    if word.kind not in ("name", "quoted", "number") or not word.text:
        raise words.expected(what)
    words.take()
    return word.text
