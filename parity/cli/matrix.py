"""``parity matrix``: one case over opsets and precisions."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import streams
from parity.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parity.gate.cell import CellResult

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("case")
@click.option("--opset", default="7-16", show_default=True, help="Opsets, as 7-16 or 11,13.")
@click.option(
    "--precision",
    multiple=True,
    type=click.Choice(["fp32", "fp16", "int8"]),
    help="May be repeated; default: those of the case.",
)
@click.option("--engine", metavar="NAME", help="Of the candidates; default: by format.")
@click.option("--max-examples", type=click.IntRange(1), help="Default: the case's.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--models", type=_PATH, help="Folder of models that users bring.")
@click.option("--strict", is_flag=True, help="A cell with a warning fails.")
@click.option("--require-all", is_flag=True, help="A cell that can't be run is a failure.")
@click.option("--json", "json_file", type=_PATH, help="Write the cells as JSON; - for stdout.")
@click.option("--markdown", type=_PATH, help="Write the table as Markdown, for a CI summary.")
def matrix(
    case: str,
    opset: str,
    precision: tuple[str, ...],
    engine: str | None,
    max_examples: int | None,
    seed: int,
    models: Path | None,
    strict: bool,
    require_all: bool,
    json_file: Path | None,
    markdown: Path | None,
) -> int:
    """Run CASE, a folder or a name under golden/, at every opset and precision.

    Exit codes: 0 all cells as the case expects, 1 some not, 2 could not run.
    """
    from parity.case import find
    from parity.errors import CaseError, UsageError
    from parity.gate.cells import cells, none_of, opset_range
    from parity.gate.matrix import gather, run_all
    from parity.gate.models import Roots
    from parity.gate.run import Settings
    from parity.report import matrix as report
    from parity.report import targets
    from parity.report.document import dumps
    from parity.verify.request import Effort

    if markdown == targets.STDOUT:
        raise UsageError("--markdown takes a file")
    targets.check(json=json_file, markdown=markdown)
    found = find(case, (Path("golden"),))
    chosen = list(
        cells(
            found,
            opsets=opset_range(opset),
            precisions=precision,
            engine=engine,
        )
    )
    if not chosen:
        raise CaseError(none_of(found, precisions=precision))
    settings = Settings(Roots.of(models), Effort(seed=seed), examples=max_examples, strict=strict)
    results, ended_by = gather(_watched(len(chosen), run_all(chosen, settings)))
    partial = ended_by is not None
    text = dumps(report.documents(results, require_all=require_all, partial=partial))
    if json_file == targets.STDOUT:
        sys.stdout.write(text)
    elif json_file is not None:
        targets.write(json_file, text, "json")
    if markdown is not None:
        targets.write(markdown, report.markdown(results), "markdown")
    _show(results, stderr=json_file == targets.STDOUT)
    if ended_by is not None:
        return streams.ended(ended_by, f"in cell {len(results)} of {len(chosen)}")
    if all(result.status == "error" for result in results):
        return 2
    return 0 if report.good(results, require_all=require_all) else 1


def _watched(count: int, results: "Iterator[CellResult]") -> "Iterator[CellResult]":
    """The results, with a line on standard error as each comes in."""
    for done, result in enumerate(results, 1):
        yield result
        if sys.stderr.isatty():
            click.echo(f"{done}/{count} {shown(result.cell.name)}: {result.status}", err=True)


def _show(results: "list[CellResult]", *, stderr: bool) -> None:
    from parity.report import matrix as report
    from parity.report.console import print_whole

    console = streams.console(stderr=stderr, highlight=False)
    print_whole(console, report.table(results))
    console.print()
    for line in report.reasons(results):
        console.print(line, markup=False)
    console.print(report.totals(results))
