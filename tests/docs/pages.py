"""The pages that people read, and the fences in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

README = ROOT / "README.md"

DOCS = ROOT / "docs"

PAGES = (README, *sorted(DOCS.rglob("*.md")))
"""A new page is here as soon as it is there."""

RUN = ("sh", "bash", "console", "python")
"""Languages of fences that are run."""

PARSED = ("toml", "yaml", "json")

READ = ("text", "mermaid", "{eval-rst}")
"""Languages of fences that people read, or the site's generator."""

_FENCE = re.compile(
    r"(?P<mark><!-- (?P<said>[^\n]+?) -->\n)?```(?P<language>\S*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)

_MARK = re.compile(
    r"exit (?P<code>\d+)|not run: (?P<why>.+)|run by (?P<test>tests/\S+\.py): .+"
    r"|as in (?P<page>\S+\.md)"
)


@dataclass(frozen=True)
class Fence:
    """A block between three backticks.

    line: of its first backtick, from 1. code: with which its commands must end. why: it isn't run.
    test: the file that runs it. page_of: the page, from the root, in which the same is run.
    """

    page: Path
    line: int
    language: str
    text: str
    code: int = 0
    why: str = ""
    test: str = ""
    page_of: str = ""

    @property
    def runs(self) -> bool:
        """Whether the test of its page runs it."""
        return self.language in RUN and not (self.why or self.test or self.page_of)

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def fences(page: Path) -> Iterator[Fence]:
    """The fences of a page, top to bottom. Fails on a comment above one that says nothing known."""
    text = page.read_text("utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1 + bool(found["mark"])
        mark = _MARK.fullmatch(found["said"]) if found["mark"] else None
        assert mark or not found["mark"], f"{page}:{line - 1}: what is {found['said']!r}?"
        yield Fence(
            page, line, found["language"], found["text"],
            code=int(mark["code"] or 0) if mark else 0,
            why=(mark["why"] or "") if mark else "",
            test=(mark["test"] or "") if mark else "",
            page_of=(mark["page"] or "") if mark else "",
        )  # fmt: skip


def prose(page: Path) -> str:
    """A page without its fences, whose lines are kept empty."""
    text = page.read_text("utf-8")
    return _FENCE.sub(lambda found: "\n" * found[0].count("\n"), text)


def all_text() -> str:
    """All pages, as one text."""
    return "\n".join(page.read_text("utf-8") for page in PAGES)
