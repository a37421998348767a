"""``parity merge``: one gate of the parts that several machines ran."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.shown import shown

if TYPE_CHECKING:
    from parity.merge.together import Merged

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("parts", nargs=-1, required=True, type=_PATH)
@click.option("--json", "json_file", type=_PATH, help="Write the whole gate; - for stdout.")
@click.option("--markdown", type=_PATH, help="Write the table as Markdown, for a CI summary.")
def merge(parts: tuple[Path, ...], json_file: Path | None, markdown: Path | None) -> int:
    """Put PARTS together, the JSONs of `pytest --parity-shard`, and judge them as one gate.

    What comes out is what one machine would have written. Exit codes: 0 all cells as the cases
    expect, 1 some not, 2 the parts make no whole gate.
    """
    from parity.errors import UsageError
    from parity.report import matrix, targets
    from parity.report.document import dumps

    if markdown == targets.STDOUT:
        raise UsageError("--markdown takes a file")
    targets.check(json=json_file, markdown=markdown)
    merged, problems = _merged(parts)
    if merged is None:
        for problem in problems:
            click.echo(f"parity: {shown(problem)}", err=True)
        return 2
    if json_file == targets.STDOUT:
        sys.stdout.write(dumps(merged.document))
    elif json_file is not None:
        targets.write(json_file, dumps(merged.document), "json")
    if markdown is not None:
        targets.write(markdown, matrix.markdown(merged.rows), "markdown")
    for line in [*merged.notes, *matrix.reasons(merged.rows), matrix.totals(merged.rows)]:
        click.echo(shown(line), err=json_file == targets.STDOUT)
    if not merged.elements:
        click.echo("parity: not one element was compared, so nothing is shown", err=True)
    return 0 if merged.passed else 1


def _merged(paths: tuple[Path, ...]) -> "tuple[Merged | None, list[str]]":
    """The whole gate; or every reason why there is none."""
    from parity.errors import RecordError
    from parity.merge.together import together
    from parity.records.gate import read

    parts, problems = [], []
    for path in paths:
        try:
            parts.append(read(path))
        except RecordError as error:
            problems.append(str(error))
    if problems:
        return None, problems
    try:
        return together(parts), []
    except RecordError as error:
        return None, str(error).splitlines()
