"""A page as a test reads it: its figures with where they stand in the JSON, its texts, its tags."""

import json
import math
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "img", "br", "hr"}


@dataclass
class Figure:
    """at: pointer. value: as the page carries it. text: as a person reads it; "" in drawings."""

    at: str
    value: str
    text: str = ""


@dataclass
class Read(HTMLParser):
    """What a browser would find."""

    figures: list[Figure] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""
    open: list[str] = field(default_factory=list)
    _inside: Figure | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)
        if "data-at" in given:
            value = given.get("value") or given.get("data-value") or ""
            self.figures.append(Figure(given["data-at"] or "", value))
            self._inside = self.figures[-1] if tag == "data" else None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> without a beginning"
        assert self.open.pop() == tag
        if tag == "data":
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data
        if self._inside is not None:
            self._inside.text += data


def read(html: str) -> Read:
    """The page. Tags that don't nest are a failure."""
    found = Read()
    found.feed(html)
    found.close()
    assert not found.open
    return found


def at(document: Any, pointer: str) -> Any:
    """What stands there in the JSON; the length of a list where the pointer ends in "#"."""
    path, counted, _ = pointer.partition("#")
    found = document
    for step in path.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        found = found[int(key)] if isinstance(found, list) else found[key]
    return len(found) if counted else found


def wrong(html: str, document: Any) -> list[str]:
    """Figures of a page that aren't the document's, in their value or as they are read."""
    told = []
    for figure in read(html).figures:
        there = at(document, figure.at)
        value = there if isinstance(there, str) else json.dumps(there)
        if value != figure.value:
            told.append(f"{figure.at}: {figure.value} on the page, {value} in the JSON")
        elif figure.text and not _reads(figure.text, float(there)):
            told.append(f"{figure.at}: reads {figure.text}, is {there}")
    return told


def _reads(text: str, number: float) -> bool:
    """Whether a text is the number, to the digits that it shows."""
    if text == "beyond":
        return not math.isfinite(number)
    plain = text.replace(",", "").removesuffix(" s").removesuffix("x")
    if plain.endswith("%"):
        # What is within the tolerance never reads 100 %.
        return abs(float(plain[:-1]) - min(100 * number, 99)) <= 0.5000001
    shown = float(plain)
    if math.isnan(number) or math.isinf(number):
        return str(shown) == str(number)
    mantissa, _, exponent = plain.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return abs(shown - number) <= 0.51 * 10.0 ** (int(exponent or 0) - decimals)
