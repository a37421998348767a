"""Names and sentences that others wrote are text on the page, and nothing else."""

import copy
import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.page.conftest import Document, rendered
from tests.page.read import read

EVIL = "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>\" onload='x' {{7*7}}"
BIDI = "abc\u202edef\u2066\x1b[2J\x00\u200b\u2028"
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
NAMES = ("good", "bad", "error", "cells", "models", "accuracy", "bench", "speed")
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section"),
    *("footer", "h1", "h2", "h3", "h4", "p", "ul", "li", "dl", "div", "dt", "dd", "pre", "code"),
    *("span", "bdi", "a", "data", "mark", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("details", "summary", "figure", "figcaption", "img", "svg", "defs", "pattern", "rect"),
    *("line", "text"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "value", "title"),
    *("data-at", "data-value", "scope", "tabindex", "role", "aria-label", "aria-hidden", "open"),
    *("src", "alt", "width", "height", "viewbox", "x", "y", "x1", "x2", "y1", "y2", "focusable"),
    *("patternunits", "patterntransform"),
}


def spoilt(value: Any, evil: str) -> Any:
    """A document of which every text, and every key but parity's own, is hostile."""
    if isinstance(value, dict):
        return {k: v if k in ("made_by",) else spoilt(v, evil) for k, v in value.items()}
    if isinstance(value, list):
        return [spoilt(entry, evil) for entry in value]
    return f"{value}{evil}" if isinstance(value, str) else value


@pytest.mark.parametrize("evil", [EVIL, BIDI], ids=["markup", "controls"])
@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_more_than_text(name: str, evil: str, documents: Mapping[str, Document]) -> None:
    made = spoilt(documents[name], evil)
    made.setdefault("seconds", {})
    if isinstance(made["seconds"], dict):
        made["seconds"][evil] = 1.0  # a key is as foreign
    html = rendered(made, name=evil)
    page = read(html)
    assert {tag for tag, _ in page.tags} <= TAGS
    assert {key for _, given in page.tags for key in given} <= ATTRIBUTES
    assert not ACTS.search(html)
    for tag, given in page.tags:
        assert not (given.get("href") or "#").removeprefix("#").startswith(("/", "http"))
        assert (given.get("href") or "#").startswith("#")
        assert tag != "img" or (given["src"] or "").startswith("data:image/png;base64,")
    assert "49" not in re.findall(r"onload='x' (\S+)", page.text)


def test_the_same_texts_would_be_caught(documents: Mapping[str, Document]) -> None:
    html = rendered(documents["good"]).replace("</main>", "<script>1</script></main>")
    assert {tag for tag, _ in read(html).tags} - TAGS == {"script"}


def test_nothing_is_fetched_and_nothing_runs(documents: Mapping[str, Document]) -> None:
    html = rendered(documents["bad"])
    (policy,) = (g for t, g in read(html).tags if g.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in (policy["content"] or "")
    assert "unsafe" not in (policy["content"] or "")
    assert "script" not in html
    assert not re.search(r"https?:|url\((?!#hatch)|@import", html)


def test_a_name_of_a_megabyte_makes_no_page_of_one(documents: Mapping[str, Document]) -> None:
    made = copy.deepcopy(documents["bad"])
    made["candidate"]["model"] = made["findings"][0]["message"] = "n" * 2**20
    made["minimal"]["text"] = ["\u202e" * 2**20]
    html = rendered(made)
    assert len(html) < 400_000
    assert "(1,048,576 characters)" in read(html).text
