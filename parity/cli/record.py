"""``parity record``: write down what a case's reference answers."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from parity.gate.drift import Change
    from parity.golden import Golden

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("case")
@click.option(
    "--texts",
    type=_PATH,
    help="One text a line; default: those of the golden. Not for pictures, which are the case's.",
)
@click.option("--models", type=_PATH, help="Folder of models that users bring.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
def record(case: str, texts: Path | None, models: Path | None, dry_run: bool) -> int:
    """Record what the Paddle model of CASE answers, one sentence or feed at a time.

    What is new or another than in the golden is printed, and waits beside it until somebody has
    looked: `parity review CASE`. Exit codes: 0, 2 could not run.
    """
    from parity import golden
    from parity.errors import CaseError
    from parity.gate import drift
    from parity.gate import record as recording
    from parity.gate.models import Roots
    from parity.gate.run import Settings
    from parity.review import changes, decide
    from parity.shown import command, shown
    from parity.target import find_case
    from parity.verify.request import Effort

    found = find_case(case)
    path = recording.path_of(found)
    before, note = _before(path, texts, fed=any(i.feeds for i in found.inputs))
    if before is not None and before.provenance is None:
        raise CaseError(
            f"{path}: holds what {before.source} says, which no recording replaces; "
            "name another golden in the case"
        )
    wanted = _lines(texts) if texts else [s.text for s in before.sentences] if before else []
    settings = Settings(Roots.of(models), Effort())
    now = recording.record(found, settings, wanted)
    if note:
        click.echo(shown(note))
    told = [*changes.origin(before, now), *drift.lines(_changes(before, now))]
    for line in told:
        click.echo(shown(line))
    if before is None:
        _first(now)
    if not changes.groups(before, now):
        gone = not dry_run and decide.withdraw(path)
        more = "; what waited for a review is gone" if gone else ""
        count = len(now.sentences)
        click.echo(f"{shown(path)}: {count} sentences, nothing changed; left as it is{more}")
        return 0
    count = len(changes.changes(before, now))
    click.echo(f"{count} change{'s' * (count != 1)}; {len(now.sentences)} sentences now")
    if dry_run:
        click.echo(f"{shown(path)}: not written")
        return 0
    decide.propose(path, now)
    review = command(["parity", "review", found.folder])
    click.echo(f"{shown(golden.pending(path))}: waits until somebody has looked: {review}")
    return 0


def _changes(before: "Golden | None", now: "Golden") -> "list[Change]":
    """What is to be printed: of a first recording that it is one, and not every sentence."""
    from parity.gate import drift

    return drift.between(before, now) if before is not None else []


_SHOWN = 20
"""Answers of a first recording that are printed; `parity review` shows all."""


def _first(now: "Golden") -> None:
    """The answers that nobody has seen yet."""
    from parity.compare.answers import in_a_line
    from parity.shown import quoted

    for sentence in now.sentences[:_SHOWN]:
        click.echo(quoted(sentence.text))
        click.echo(f"    {in_a_line(sentence.shown, sentence.confidence)}")
    more = len(now.sentences) - _SHOWN
    if more > 0:
        click.echo(f"and {more} more")


def _before(path: Path, texts: Path | None, *, fed: bool) -> "tuple[Golden | None, str]":
    """The last recording. One that can't be read may go only if texts are given.

    fed: the case has feeds of its own, which may be what is recorded.
    """
    from parity import golden
    from parity.errors import CaseError

    try:
        return golden.load(path), ""
    except CaseError as error:
        if texts is not None:
            return None, f"{error}" if path.exists() else ""
        if path.exists():
            raise
        if fed:
            return None, ""
        raise CaseError(f"{path}: no golden yet; give its sentences with --texts FILE") from None


def _lines(path: Path) -> list[str]:
    """The texts of a file, one a line; an empty line is the empty text."""
    from parity.errors import CaseError

    try:
        # Not splitlines: a text may hold what Unicode calls a line separator.
        text = path.read_text("utf-8")
    except OSError as error:
        raise CaseError(f"{path}: can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CaseError(f"{path}: not UTF-8 at byte {error.start}") from error
    if not text:
        raise CaseError(f"{path}: is empty; give one text a line (an empty line is the empty text)")
    return text.removesuffix("\n").split("\n")
