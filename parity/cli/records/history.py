"""``parity history``: what got worse since when, over the gates of many runs."""

import sys
from pathlib import Path

import click

from parity.shown import shown

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=_PATH)
@click.option("--json", "json_file", type=_PATH, help="Write it as JSON; - for stdout.")
@click.option("--markdown", type=_PATH, help="Write the table as Markdown.")
def history(folder: Path, json_file: Path | None, markdown: Path | None) -> int:
    """Read the JSONs of many gates in FOLDER, and say what got worse, when, with which versions.

    Exit codes: 0 nothing is worse in the newest run than before, 1 something is, 2 could not run:
    no gate there, or a file that is none or is damaged.
    """
    from parity.errors import UsageError
    from parity.history import page
    from parity.history.gathered import gather
    from parity.report import targets
    from parity.report.document import dumps

    if markdown == targets.STDOUT:
        raise UsageError("--markdown takes a file")
    targets.check(json=json_file, markdown=markdown)
    found = gather(folder, leave_out=[p for p in (json_file,) if p is not None])
    text = dumps(page.document(found))
    if json_file == targets.STDOUT:
        sys.stdout.write(text)
    elif json_file is not None:
        targets.write(json_file, text, "json")
    if markdown is not None:
        targets.write(markdown, page.markdown(found), "markdown")
    for line in page.lines(found):
        click.echo(shown(line), err=json_file == targets.STDOUT)
    for passed_over in found.unread:
        click.echo(f"parity: {shown(passed_over)}", err=True)
    if found.unread:
        return 2
    return 1 if any(track.is_worse for track in found.tracks) else 0
