"""A note at a line of a file, and GitHub's form of it."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parity.shown import workflow

CHOICES = ("auto", "github", "none")
"""auto: as where it runs; in a workflow of GitHub's they are printed."""

MOST = 10
"""Of a level: GitHub shows so many of a step, and drops the rest without a word.
Source: its documentation, "Workflow commands: annotation limits"."""


@dataclass(frozen=True)
class Note:
    """file, line: None where there is none to show. rule: the kind of finding. lines: of text."""

    level: Literal["error", "warning"]
    rule: str
    lines: tuple[str, ...]
    file: Path | None = None
    line: int | None = None


def wanted(chosen: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether notes are to be printed for GitHub."""
    return chosen == "github" or (chosen == "auto" and environment.get("GITHUB_ACTIONS") == "true")


def github(notes: Iterable[Note], environment: Mapping[str, str] = os.environ) -> list[str]:
    """Lines for the log of a workflow; of many, the last says how many more there are."""
    root = Path(environment.get("GITHUB_WORKSPACE") or Path.cwd())
    notes, made = list(notes), []
    for level in ("error", "warning"):
        made += _lines([note for note in notes if note.level == level], root)
    return made


def _lines(notes: Sequence[Note], root: Path) -> list[str]:
    shown = notes if len(notes) <= MOST else notes[: MOST - 1]
    made = [_line(note, root) for note in shown]
    if len(shown) < len(notes):
        more = f"and {len(notes) - len(shown)} more, in the log and in the JSON report"
        made.append(workflow(notes[0].level, [more], title="parity"))
    return made


def _line(note: Note, root: Path) -> str:
    place = {} if note.file is None else {"file": _within(note.file, root), "line": note.line or 1}
    return workflow(note.level, note.lines, **place, title=f"parity: {note.rule}")


def _within(file: Path, root: Path) -> str:
    """A path as GitHub knows it, from the top of the repository."""
    whole, top = file.resolve(), root.resolve()
    return str(whole.relative_to(top) if whole.is_relative_to(top) else file)
