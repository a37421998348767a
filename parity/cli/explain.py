"""``parity explain``: which weight or op is to blame, or where the largest error is born."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity.cli import options, streams
from parity.cli.loudness import loudness
from parity.model.precisions import PRECISIONS
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from parity.api.explaining import Explained

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("model", type=_PATH)
@click.argument("reference", type=_PATH, required=False)
@click.option("--feed", type=_PATH, help="An .npz by input name, to be used in place of a search.")
@click.option(
    "--precision", type=click.Choice(PRECISIONS), default="fp32", show_default=True,
    help="Precision of MODEL, or to give to a Paddle MODEL's export.",
)  # fmt: skip
@click.option("--opset", type=click.IntRange(1), help="To export a Paddle MODEL at; default 13.")
@click.option(
    "--max-examples", type=click.IntRange(1), default=20, show_default=True,
    help="Generated examples in the search for a feed, on top of the boundary feeds.",
)  # fmt: skip
@click.option("--max-batch", type=click.IntRange(1), help="Most rows of a feed.")
@click.option("--max-length", type=click.IntRange(1), help="Longest row of a feed.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the search.")
@click.option(
    "--explain-budget", type=float, callback=options.positive, default=120.0, show_default=True,
    metavar="SECONDS", help="Time for the explanation itself.",
)  # fmt: skip
@click.option(
    "--input", "said", multiple=True, metavar="TEXT",
    help="What an input takes, as parity inspect prints it.",
)  # fmt: skip
@click.option("--map-output", multiple=True, metavar="REF=CAND", help="Pair outputs named apart.")
@loudness("Who is to blame, and no more.")
@click.option("--json", "json_file", type=_PATH, help="Write it as JSON; - for stdout.")
def explain(**given: Any) -> int:
    """Say which weight or op of MODEL is to blame for a difference, given its reference.

    MODEL is what `parity check` takes, or the bundle of a failing run. Without --feed, MODEL is
    checked for its smallest failing feed; of one that passes, the feed on which it is furthest off
    is looked at, for where that error is born. Exit codes: 0 if nothing is to blame, 1 if something
    is, 2 if it could not run.
    """
    from parity.api import explaining
    from parity.cli import checking

    checking.keep_out_of_the_way()
    json_file, quiet = given.pop("json_file"), given.pop("quiet")
    targets.check(json=None if json_file == STDOUT else json_file)
    found = explaining.explain(
        given.pop("model"),
        given.pop("reference"),
        explain_budget_s=given.pop("explain_budget"),
        inputs=given.pop("said") or None,
        map_output=options.renamed(given.pop("map_output")),
        progress=not quiet,
        **given,
    )
    _show(found, json_file, quiet=quiet)
    return 1 if found.blamed else 0


def _show(found: "Explained", json_file: Path | None, *, quiet: bool) -> None:
    from parity.report import terminal

    streams.give(found.to_json(), json_file)
    if quiet:
        click.echo(shown(found.summary), err=json_file == STDOUT)
        return
    console = streams.console(stderr=json_file == STDOUT)
    terminal.explained(found.request, found.explanation, found.feed, console, bundle=found.bundled)
