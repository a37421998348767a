"""The pages hold together: links, anchors, the index, the marks above fences."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, PARSED, READ, README, ROOT, RUN, fences, prose

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the headings."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def links(page: Path) -> Iterator[tuple[str, str]]:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if not re.match(r"[a-z]+:", target):
            file, _, anchor = target.partition("#")
            yield file, anchor


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for file, anchor in links(page):
        target = page.parent / file if file else page
        assert target.exists(), f"{file} isn't there"
        if anchor:
            assert anchor in anchors(target), f"{file or name} has no heading for #{anchor}"


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One thing, and `another`\n[x](none.md#y), [z](https://a.b)\n")
    assert [*links(page)] == [("none.md", "y")]
    assert anchors(page) == {"one-thing-and-another"}


def test_every_page_is_in_the_index_once() -> None:
    listed = [file for file, _ in links(DOCS / "index.md") if not file.startswith("..")]
    there = [
        str(page.relative_to(DOCS)) for page in PAGES if page not in (README, DOCS / "index.md")
    ]
    assert sorted(listed) == sorted(there)


def test_files_that_are_named_are_there() -> None:
    named = {
        found.replace(".", "/") + ".py" if "/" not in found else found
        for page in PAGES
        for found in re.findall(r"`[^`\n]*?(tests[./][\w./-]+)", page.read_text("utf-8"))
    }
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_nobody_is_told_to_install_it_from_an_index() -> None:
    """It isn't there: what is called so is somebody else's."""
    sources = [*(ROOT / "parity").rglob("*.py"), *PAGES, ROOT / "action.yml"]
    told = re.compile(r"pip install (-\S+ )*['\"]?parity\b(?!-)")
    assert told.search("pip install 'parity[p2o]'")
    assert [str(path) for path in sources if told.search(path.read_text("utf-8"))] == []


def test_the_readme_is_one_screen_after_the_other() -> None:
    text = README.read_text("utf-8")
    assert len(text.splitlines()) <= 160
    assert "docs/index.md" in text


@pytest.mark.parametrize("name", NAMES)
def test_fences_say_what_they_are(name: str) -> None:
    page = ROOT / name
    assert page.read_text("utf-8").count("\n```") % 2 == 0
    for fence in fences(page):
        known = (*RUN, *PARSED, *READ)
        assert fence.language in known, f"{fence}: {fence.language!r}, see docs/developing.md"
        if fence.test:
            assert (ROOT / fence.test).is_file(), f"{fence}: {fence.test} isn't there"


def test_few_commands_are_for_show_only() -> None:
    """Those have a reason, and are no more than one in eight."""
    every = [f for page in PAGES for f in fences(page) if f.language in RUN]
    shown = [f for f in every if f.why]
    assert len(every) > 40
    assert len(shown) <= len(every) / 8, "\n".join(f"{f}: {f.why}" for f in shown)
    assert all(len(f.why.split()) >= 2 for f in shown)


def test_what_is_run_elsewhere_is_there() -> None:
    """A fence "as in" another page has its command, and shows no line that the other doesn't."""
    for fence in (f for page in PAGES for f in fences(page) if f.page_of):
        others = [f for f in fences(ROOT / fence.page_of) if f.runs]
        first, *lines = fence.text.splitlines()
        (other,) = (o.text.splitlines() for o in others if o.text.startswith(f"{first}\n"))
        assert [line for line in lines if line != "…" and line not in other] == [], str(fence)
