"""``parity sweep``: which operators an exporter gets right."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import streams
from parity.cli.loudness import loudness
from parity.shown import shown

if TYPE_CHECKING:
    from parity.api.measuring.sweeping import Sweep
    from parity.sweep.row import Row

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("pattern", required=False)
@click.option("--opset", default="13", show_default=True, help="Opsets, as 7-16 or 11,13.")
@click.option(
    "--exporter",
    "exporters",
    multiple=True,
    metavar="NAME",
    help="May be repeated; default: paddle2onnx.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Side by side.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the feeds.")
@click.option("--fresh", is_flag=True, help="Believe no row of an earlier run.")
@click.option("--known", type=_PATH, help="Folder of what is known to be wrong; golden/sweep.")
@click.option("--against", type=_PATH, help="JSON of an earlier run: fixed, broken, same.")
@click.option("--report", type=_PATH, help="Write a folder for a bug report of each wrong one.")
@click.option("--write-known", type=_PATH, help="Write what was found as what is known.")
@click.option("--list", "listed", is_flag=True, help="Print the nets with their code, run none.")
@loudness("What is new or gone, and the totals.", "Also every row as it comes.")
@click.option("--json", "json_file", type=_PATH, help="Write the rows as JSON; - for stdout.")
@click.option("--markdown", type=_PATH, help="Write the table as Markdown.")
@click.option("--html", type=_PATH, help="Write a heat map, operators by opsets.")
def sweep(
    pattern: str | None,
    opset: str,
    exporters: tuple[str, ...],
    jobs: int,
    seed: int,
    fresh: bool,
    known: Path | None,
    against: Path | None,
    report: Path | None,
    write_known: Path | None,
    listed: bool,
    quiet: bool,
    verbose: bool,
    json_file: Path | None,
    markdown: Path | None,
    html: Path | None,
) -> int:
    """Export small nets, one for each thing that may go wrong with an operator, and judge each.

    PATTERN is a part of a net's name, or a pattern of it: "conv", "recurrent/gru*".

    Exit codes: 0 all as it is known to be, 1 a new defect or one that is gone, or by --against
    something broken or nothing in common, 2 could not run.
    """
    from parity.api.measuring import sweeping
    from parity.report import targets

    if listed:
        return _list(pattern)
    targets.check(json=json_file, markdown=markdown, html=html)
    found = sweeping.sweep(
        pattern, opsets=opset, exporters=exporters or ("paddle2onnx",), jobs=jobs, seed=seed,
        reuse=not fresh, known_in=known, old=against, defects_in=report,
        write_known=write_known, told=_told(quiet=quiet, verbose=verbose),
    )  # fmt: skip
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
    text = found.to_json()
    streams.give(text, json_file)
    if markdown is not None:
        targets.write(markdown, found.to_markdown(), "markdown")
    if html is not None:
        targets.write(html, found.to_html(), "html")
    _show(found, to_stderr=json_file == targets.STDOUT, quiet=quiet)
    if found.ended_by is not None:
        return streams.ended(found.ended_by, f"after {len(found.rows)} rows")
    if all(row.status == "unjudged" for row in found.rows):
        return 2
    return 0 if found.passed else 1


def _told(*, quiet: bool, verbose: bool) -> "Callable[[int, int, Row], None]":
    live = sys.stderr.isatty() and not quiet

    def told(done: int, total: int, row: "Row") -> None:
        if verbose:
            click.echo(shown(f"{row.net} {row.exporter} {row.opset}: {row.status}"), err=True)
        elif live:
            line = f"{done:,} of {total:,}  {row.net}"
            click.echo(f"\r\033[K{shown(line)[:78]}", err=True, nl=False)

    return told


def _list(pattern: str | None) -> int:
    from parity.sweep.asked import chosen

    for net in chosen(pattern):
        made = f"  m = {net.make}" if net.make else ""
        click.echo(f"{net.name}  {net.code}{made}")
    return 0


def _show(found: "Sweep", *, to_stderr: bool, quiet: bool) -> None:
    from parity.report.console import print_whole
    from parity.report.sweep import text

    console = streams.console(stderr=to_stderr, highlight=False)
    if not quiet:
        print_whole(console, text.summary(found.rows))
        console.print()
    for line in text.lines(found.held):
        console.print(line, markup=False, soft_wrap=True)
    if found.compared is not None:
        for line in text.changes(found.compared):
            console.print(line, markup=False, soft_wrap=True)
    for path in found.defects:
        console.print(f"report {shown(str(path))}", markup=False, soft_wrap=True)
    console.print(text.totals(found.rows, found.held))
