"""Foreign text, as it may be shown: what a file, a model, an engine or a user wrote.

A name can hold an escape sequence that colours, hides or overwrites what stands before it, a
control that turns the direction of writing, a line break behind which a verdict is forged. Whatever
isn't ours passes through here before a person sees it: at a terminal, in a log, in Markdown. What a
program reads, the fields of the JSON, stays as it is.
"""

import os
import re
import shlex
from collections.abc import Iterable, Mapping

_INVISIBLE = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),
    *range(0xE0100, 0xE01F0),
)
"""Characters without ink that Unicode nonetheless counts as marks or letters. Source: the property
Default_Ignorable_Code_Point of Unicode 15, and the empty Braille pattern."""

_KEPT = frozenset("\u00a0\u3000")  # spaces of ordinary text that Python holds unprintable

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

_COMMAND = re.compile(r"^(\s*)(:|#)(?=:|#\[)")
"""How a line begins that GitHub's runner takes for a command to itself."""

_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_MESSAGE, ":": "%3A", ",": "%2C"}

_BEYOND = re.compile(r"[^\n\t -~]")

_MARKDOWN = re.compile(r"([\\`|*~]|\](?=[(\[:]))")


def shown(text: object) -> str:
    r"""Anything on one line, without a character that does more than stand there.

    Controls, marks of direction, what has no width, line separators and bytes that are no UTF-8
    become escapes such as ``\x1b`` and ``\u202e``. Letters of every script stay.
    """
    safe = "".join(c if _plain(c) else _escaped(c) for c in str(text))
    return _COMMAND.sub(lambda m: f"{m[1]}\\x{ord(m[2]):02x}", safe)


def quoted(text: str) -> str:
    """A text in quotes, such as the input of a model."""
    return shown(repr(text))


def shortened(text: str, most: int) -> str:
    """At most so many characters, the middle left out: names differ at their ends."""
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"


def apart(texts: Iterable[str], most: int) -> dict[str, str]:
    """Each text, shown and shortened to ``most`` characters, or to as many as keep all apart.

    Two that differ in nothing that can be seen are counted: ``x`` and ``x (2)``.
    """
    whole = {text: shown(text) for text in texts}
    longest = max(map(len, whole.values()), default=0)
    distinct = len(set(whole.values()))
    while most < longest and len({shortened(t, most) for t in whole.values()}) < distinct:
        most = min(2 * most, longest)
    made: dict[str, str] = {}
    for text, seen in whole.items():
        short = first = shortened(seen, most)
        count = 1
        while short in made.values():
            count += 1
            short = f"{first} ({count})"
        made[text] = short
    return made


def markdown(text: object) -> str:
    """Foreign text in Markdown: it makes no cell, no code, no link and no HTML."""
    safe = shown(text).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKDOWN.sub(r"\\\1", safe)


def html(text: object) -> str:
    """Foreign text in HTML, between tags or in a quoted attribute."""
    import html as entities

    return entities.escape(shown(text))


def html_lines(text: str) -> str:
    """Foreign text in HTML as its lines stand."""
    return f"<pre>{'<br>'.join(html(line) for line in text.splitlines())}</pre>"


def command(words: Iterable[object]) -> str:
    """A command for a shell: each word is one word again, whatever it holds.

    What can't be shown is written in the shell's own notation, ``$'…'``.
    """
    return " ".join(_word(str(word)) for word in words)


def json_text(text: str) -> str:
    """JSON whose characters can all be shown; a program reads the same strings from it."""
    return _BEYOND.sub(lambda m: m[0] if _plain(m[0]) else _unit(m[0]), text)


def workflow(kind: str, lines: Iterable[object], **properties: object) -> str:
    """A command to GitHub's runner, such as an annotation: nothing in it begins another.

    kind: "error", "warning" or "notice". lines: of its message. properties: left out where None.
    Source of the escapes: @actions/core, ``command.ts``.
    """
    given = {name: value for name, value in properties.items() if value is not None}
    told = ",".join(f"{name}={_data(shown(v), _PROPERTY)}" for name, v in given.items())
    message = _data("\n".join(map(shown, lines)), _MESSAGE)
    return f"::{kind}{' ' if told else ''}{told}::{message}"


def _data(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(c, c) for c in text)


def _plain(character: str) -> bool:
    if character in _KEPT:
        return True
    return character.isprintable() and ord(character) not in _INVISIBLE


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    point = ord(character)
    if 0xDC80 <= point <= 0xDCFF:  # a byte of a file's name that is no UTF-8
        return f"\\x{point - 0xDC00:02x}"
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def _unit(character: str) -> str:
    raw = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{raw[i : i + 2].hex()}" for i in range(0, len(raw), 2))


def _word(word: str) -> str:
    if all(_plain(c) for c in word):
        return shlex.quote(word)
    parts = []
    for c in word:
        if _plain(c):
            parts.append(f"\\{c}" if c in "\\'" else c)
        else:
            parts += [f"\\x{byte:02x}" for byte in os.fsencode(c)]
    # A hexadecimal digit behind an escape of two digits is the next character in every shell.
    return f"$'{''.join(parts)}'"
