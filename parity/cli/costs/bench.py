"""``parity bench``: how long a sample takes in each engine and precision."""

from pathlib import Path

import click

from parity.cli import options, streams
from parity.shown import shown

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("name", metavar="CASE|MODEL")
@click.option("--reference", type=_PATH, help="Of MODEL; default: the Paddle model beside it.")
@click.option(
    "--precision", multiple=True,
    help="Of the case, may be repeated, default: all that it has; or of MODEL, default fp32.",
)  # fmt: skip
@click.option("--engine", multiple=True, metavar="NAME", help="Of the candidate; may be repeated.")
@click.option(
    "--length",
    multiple=True,
    type=click.IntRange(1),
    help="Tokens of a row; may be repeated; default: 16, 64, 128.",
)
@click.option(
    "--batch",
    multiple=True,
    type=click.IntRange(1, 4096),
    help="Rows; may be repeated; default: 1, 32.",
)
@click.option(
    "--feeds", multiple=True, type=_PATH, help="Your own, of MODEL: the largest is measured."
)
@click.option(
    "--input", "inputs", multiple=True, metavar="TEXT", help="What an input of MODEL takes."
)
@click.option("--picture", metavar="TEXT", help="How pictures among the feeds become numbers.")
@click.option("--threads", type=click.IntRange(1), help="Default: all cores that may be used.")
@click.option(
    "--warmup",
    type=click.IntRange(2),
    default=20,
    show_default=True,
    help="Runs before any counts.",
)
@click.option(
    "--rounds", type=click.IntRange(2), default=5, show_default=True, help="Over all columns."
)
@click.option("--models", type=_PATH, help="Folder of models that users bring.")
@click.option("--json", "json_file", type=_PATH, help="Write all figures as JSON; - for stdout.")
@click.option("--markdown", type=_PATH, help="Write the tables as Markdown, for a CI summary.")
@options.paged
def bench(
    name: str, reference: Path | None, precision: tuple[str, ...], engine: tuple[str, ...],
    length: tuple[int, ...], batch: tuple[int, ...], feeds: tuple[Path, ...],
    inputs: tuple[str, ...], picture: str | None, threads: int | None, warmup: int, rounds: int,
    models: Path | None, json_file: Path | None, markdown: Path | None, html: Path | None,
    baseline: Path | None,
) -> int:  # fmt: skip
    """Time the reference and each precision and engine of CASE, or of MODEL, side by side.

    Each runs in a process of its own, which has the clock. They take turns, round after round,
    so that what else the machine does falls on all alike. Exit codes: 0 measured, and within the
    limits that the case states; 1 beyond them, or a candidate fails; 2 could not run.
    """
    from parity.api import benching
    from parity.errors import UsageError
    from parity.page.output import Output
    from parity.report import targets
    from parity.report.console import print_whole
    from parity.report.costs import speed
    from parity.report.document import dumps

    if markdown == targets.STDOUT:
        raise UsageError("--markdown takes a file")
    targets.check(json=json_file, markdown=markdown, html=html)
    quiet = streams.console(stderr=True)
    with Output(html, baseline) as page, quiet.status("") as status:
        found = benching.bench(
            name, reference=reference, precisions=precision, engines=engine, lengths=length,
            batches=batch, feeds=feeds, inputs=inputs, picture=picture, threads=threads,
            warmup=warmup, rounds=rounds, models=models,
            watch=lambda line: status.update(shown(line)),
        )  # fmt: skip
        made = speed.document(found)
        page.write(made)
    text = dumps(made)
    to_stdout = json_file == targets.STDOUT
    streams.give(text, json_file)
    if markdown is not None:
        targets.write(markdown, speed.markdown(found), "markdown")
    console = streams.console(stderr=to_stdout, highlight=False)
    for table in speed.tables(found):
        print_whole(console, table)
        console.print()
    for line in speed.lines(found):
        console.print(line, markup=False, soft_wrap=True)
    return 0 if found.passed else 1
