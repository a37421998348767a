"""The page is to be read: it fetches nothing, runs nothing, and texts in it are texts."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from parity.review.decide import Waiting
from parity.review.markup import Safe, element
from parity.review.page import page
from tests.review.recorded import AFTER, BEFORE, MADE, sentence

EVIL = "</td><script>alert(1)</script><img src=x onerror=y>&amp;\x1b[2J\u202e\"'"


class Reader(HTMLParser):
    """What a browser would make of it: tags, and the text that stands in them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.marks: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "something closed what isn't its own"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data
        if "mark" in self.open:
            self.marks.append(data)


@pytest.fixture(scope="module")
def hostile() -> Reader:
    """A page on which every text of somebody else's is evil."""
    then = replace(BEFORE, sentences=(sentence(EVIL, f"{EVIL[:2]} {EVIL} [0, 1]"),))
    now = replace(
        BEFORE,
        sentences=(sentence(EVIL, EVIL), sentence(f"new {EVIL}", EVIL)),
        provenance=replace(MADE, task=EVIL),
    )
    return Reader(
        page("<!-- ours -->\n", [(EVIL, Waiting(Path(f"/{EVIL}/golden.json"), then, now))])
    )


def test_a_text_makes_no_tag_and_no_control(hostile: Reader) -> None:
    assert set(hostile.tags) <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "small", "section"),
        *("article", "p", "table", "tr", "td", "bdi", "mark", "span", "code"),
    }
    assert hostile.open == []
    assert {name for name, _ in hostile.attributes} <= {
        "charset", "content", "http-equiv", "name", "lang", "class",
    }  # fmt: skip
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", hostile.text)
    assert hostile.text.count("<script>alert(1)</script>") >= 5
    assert r"\x1b[2J\u202e" in hostile.text


def test_nothing_is_fetched_and_nothing_runs() -> None:
    text = page("", [("x", Waiting(Path("x/golden.json"), BEFORE, AFTER))])
    assert "default-src 'none'" in text
    assert not re.search(r"https?:|src=|href=|url\(|@import|<script|<link", text)


def test_it_shows_all_that_waits_and_how_to_decide_it() -> None:
    found = Reader(page("", [("tags", Waiting(Path("a b/golden.json"), BEFORE, AFTER))]))
    assert "tags6 of 6 texts, in 5 groups." in found.text
    assert "2 x ORG to LOC was 3 to 0.25 away" in found.text
    assert found.marks[:2] == ["⟦北京大学 ORG⟧", "⟦北京大学 LOC⟧"]
    assert "parity review 'a b' --accept 'ORG to LOC' --reason '…'" in found.text
    for line in ("⟦旧 TIME⟧的文字", "not recorded", "没有 nothing"):
        assert line in found.text


def test_of_a_first_golden_it_says_so_and_of_nothing_that_too() -> None:
    first = Reader(page("", [("x", Waiting(Path("golden.json"), None, AFTER))]))
    assert "there is no golden yet" in first.text
    assert "Nothing waits." in Reader(page("", [])).text


def test_only_our_own_markup_is_not_escaped() -> None:
    assert element("p", "<b>", Safe("<i></i>"), title='"') == (
        '<p title="&quot;">&lt;b&gt;<i></i></p>'
    )
