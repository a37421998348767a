"""The table of findings and that of warnings are complete, and hold nothing else."""

import re

from parity.compare import findings, warned
from tests.docs.pages import DOCS

TEXT = (DOCS / "findings.md").read_text("utf-8")


def kinds(text: str) -> list[str]:
    """What stands in the first cells of the tables of a text."""
    rows = re.findall(r"^\| (`[^|]+`) \|", text, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row)]


def test_every_finding_is_there_and_no_other() -> None:
    above, _, _ = TEXT.partition("## Warnings")
    assert sorted(kinds(above)) == sorted(_of(findings.KINDS))


def test_every_warning_is_there_and_no_other() -> None:
    _, _, below = TEXT.partition("## Warnings")
    assert sorted(kinds(below)) == sorted(_of(warned.KINDS))


def _of(types: tuple[type, ...]) -> list[str]:
    return [findings.kind(object.__new__(one)) for one in types]
