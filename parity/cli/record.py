"""``parity record``: write down what a case's reference answers."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from parity.golden import Golden

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("case")
@click.option("--texts", type=_PATH, help="One text a line; default: those of the golden.")
@click.option("--models", type=_PATH, help="Folder of models that users bring.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
def record(case: str, texts: Path | None, models: Path | None, dry_run: bool) -> int:
    """Record the golden of CASE: what its Paddle model answers, one sentence at a time.

    Nothing else writes a golden. What changed since the last recording is printed:
    read it before you commit it. Exit codes: 0, 2 could not run.
    """
    from parity import golden
    from parity.errors import CaseError
    from parity.gate import drift
    from parity.gate import record as recording
    from parity.gate.models import Roots
    from parity.gate.run import Settings
    from parity.shown import shown
    from parity.target import find_case
    from parity.verify.request import Effort

    found = find_case(case)
    path = recording.path_of(found)
    before, note = _before(path, texts)
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
    if before is not None:
        changes = drift.between(before, now)
        for line in [*_origin(before, now), *drift.lines(changes)]:
            click.echo(shown(line))
        if not changes and recording.unchanged(before, now):
            click.echo(
                f"{shown(path)}: {len(now.sentences)} sentences, nothing changed; left as it is"
            )
            return 0
        click.echo(f"{len(changes)} changes; {len(now.sentences)} sentences now")
    if dry_run:
        click.echo(f"{shown(path)}: not written")
        return 0
    golden.save(path, now)
    click.echo(
        f"{shown(path)}: {len(now.sentences)} sentences recorded; read them before you commit them"
    )
    return 0


def _before(path: Path, texts: Path | None) -> "tuple[Golden | None, str]":
    """The last recording. One that can't be read may go only if texts are given."""
    from parity import golden
    from parity.errors import CaseError

    try:
        return golden.load(path), ""
    except CaseError as error:
        if texts is not None:
            return None, f"{error}" if path.exists() else ""
        if path.exists():
            raise
        raise CaseError(f"{path}: no golden yet; give its sentences with --texts FILE") from None


def _origin(before: "Golden", now: "Golden") -> list[str]:
    from parity import golden

    if before.provenance is None or now.provenance is None:
        return []
    return golden.differences(before.provenance, now.provenance)


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
