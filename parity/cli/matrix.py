"""``parity matrix``: one case over opsets and precisions."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity.cli import options, streams
from parity.cli.loudness import loudness
from parity.model.precisions import PRECISIONS
from parity.shown import shown

if TYPE_CHECKING:
    from rich.console import Console

    from parity.api.cases import Matrix

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("case")
@click.option("--opset", default="7-16", show_default=True, help="Opsets, as 7-16 or 11,13.")
@click.option(
    "--precision",
    multiple=True,
    type=click.Choice(PRECISIONS),
    help="May be repeated; default: those of the case.",
)
@click.option("--engine", metavar="NAME", help="Of the candidates; default: by format.")
@click.option(
    "--candidate-env",
    "environments",
    type=options.ENV,
    multiple=True,
    help="Venv, or python, that the candidates run in; may be repeated: versions side by side.",
)
@click.option(
    "--exporter",
    "exporters",
    multiple=True,
    metavar="NAME",
    help="paddle2onnx, p2o, or yours; may be repeated: exporters side by side.",
)
@click.option("--max-examples", type=click.IntRange(1), help="Default: the case's.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--models", type=_PATH, help="Folder of models that users bring.")
@click.option("--on", metavar="ADDRESS", help="Have workers run it: dask:tcp://HOST:PORT.")
@click.option("--strict", is_flag=True, help="A cell with a warning fails.")
@click.option("--require-all", is_flag=True, help="A cell that can't be run is a failure.")
@loudness("What isn't passed, and the totals.", "Also what each cell was run with.")
@click.option("--json", "json_file", type=_PATH, help="Write the cells as JSON; - for stdout.")
@click.option("--markdown", type=_PATH, help="Write the table as Markdown, for a CI summary.")
@options.paged
def matrix(
    case: str,
    opset: str,
    precision: tuple[str, ...],
    engine: str | None,
    environments: tuple[Path, ...],
    exporters: tuple[str, ...],
    max_examples: int | None,
    seed: int,
    models: Path | None,
    on: str | None,
    strict: bool,
    require_all: bool,
    json_file: Path | None,
    markdown: Path | None,
    html: Path | None,
    baseline: Path | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Run CASE, a folder or a name under golden/, at every opset and precision.

    Exit codes: 0 all cells as the case expects, 1 some not, 2 could not run.
    """
    from parity.api import cases
    from parity.errors import UsageError
    from parity.page.output import Output
    from parity.report import targets

    if markdown == targets.STDOUT:
        raise UsageError("--markdown takes a file")
    targets.check(json=json_file, markdown=markdown, html=html)
    with Output(html, baseline) as page:
        found = cases.matrix(
            case, opsets=opset, precisions=precision, engine=engine, max_examples=max_examples,
            seed=seed, models=models, strict=strict, require_all=require_all, progress=not quiet,
            candidate_envs=environments, exporters=exporters, on=on,
        )  # fmt: skip
        page.write(found.to_dict(), _feeds(found))
    text = found.to_json()
    streams.give(text, json_file)
    if markdown is not None:
        targets.write(markdown, found.to_markdown(), "markdown")
    console = streams.console(stderr=json_file == targets.STDOUT, highlight=False)
    _show(found, console, quiet=quiet, verbose=verbose)
    if found.ended_by is not None:
        return streams.ended(found.ended_by, f"in cell {len(found.results)} of {found.of}")
    if all(result.status == "error" for result in found.results):
        return 2
    return 0 if found.passed else 1


def _feeds(found: "Matrix") -> dict[str, Any]:
    """The smallest failing feeds, by where in the document each cell's run stands."""
    runs = [None if cell.same_as else cell.result for cell in found.results]
    return {f"/cells/{i}/result": r.minimal.feed for i, r in enumerate(runs) if r and r.minimal}


def _show(found: "Matrix", console: "Console", *, quiet: bool, verbose: bool) -> None:
    from parity.report import details
    from parity.report import matrix as report
    from parity.report.console import print_whole
    from parity.report.versions import versions

    if not quiet:
        print_whole(console, found.table())
        console.print()
    for cell in found.results if verbose else ():
        if cell.result is not None and not cell.same_as:
            console.print(shown(cell.cell.name), markup=False)
            details.show(cell.result, console)
    if (table := versions(found.results)) is not None:
        print_whole(console, table)
        console.print()
    for line in report.reasons(found.results):
        console.print(line, markup=False)
    console.print(report.totals(found.results))
