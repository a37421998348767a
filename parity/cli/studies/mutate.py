"""``parity mutate``: would the gate notice."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import streams
from parity.cli.loudness import loudness
from parity.shown import shown

if TYPE_CHECKING:
    from parity.mutate.score import Mutant

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("case")
@click.option("--reference", type=_PATH, help="As of parity check, where CASE is a model.")
@click.option("--each", type=click.IntRange(1), default=8, show_default=True, help="A class.")
@click.option("--class", "classes", multiple=True, metavar="NAME", help="May be repeated.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the faults.")
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    help="Below it, it fails (1). Default: the case's `min_score`.",
)
@click.option("--max-examples", type=click.IntRange(1), help="Default: the case's.")
@click.option("--max-batch", type=click.IntRange(1), help="Where CASE is a model.")
@click.option("--max-length", type=click.IntRange(1), help="Where CASE is a model.")
@click.option("--models", type=_PATH, help="Folder of models that users bring.")
@loudness("The score alone.", "Also every mutant as it comes.")
@click.option("--json", "json_file", type=_PATH, help="Write the mutants as JSON; - for stdout.")
@click.option("--markdown", type=_PATH, help="Write badge, classes and survivors as Markdown.")
def mutate(
    case: str,
    reference: Path | None,
    each: int,
    classes: tuple[str, ...],
    seed: int,
    min_score: float | None,
    max_examples: int | None,
    max_batch: int | None,
    max_length: int | None,
    models: Path | None,
    quiet: bool,
    verbose: bool,
    json_file: Path | None,
    markdown: Path | None,
) -> int:
    """Plant faults in the candidate of CASE, a case or a model, and see which its feeds tell.

    Exit codes: 0 scored, and enough; 1 below the score asked for; 2 could not run, or nothing to
    score.
    """
    from parity.api.measuring import mutating
    from parity.report import mutate as report
    from parity.report import targets
    from parity.report.console import print_whole

    targets.check(json=json_file, markdown=markdown)
    found = mutating.mutate(
        case, reference=reference, each=each, classes=classes, seed=seed, min_score=min_score,
        max_examples=max_examples, max_batch=max_batch, max_length=max_length, models=models,
        told=_told(quiet=quiet, verbose=verbose),
    )  # fmt: skip
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
    streams.give(found.to_json(), json_file)
    if markdown is not None:
        targets.write(markdown, found.to_markdown(), "markdown")
    console = streams.console(stderr=json_file == targets.STDOUT, highlight=False)
    if not quiet:
        print_whole(console, report.table(found.score))
        console.print()
        for line in report.survivors(found.score):
            console.print(line, markup=False, soft_wrap=True)
    console.print(report.totals(found.score), markup=False, soft_wrap=True)
    if found.score.share is None:
        return 2
    return 0 if found.passed else 1


def _told(*, quiet: bool, verbose: bool) -> "Callable[[int, Mutant], None]":
    live = sys.stderr.isatty() and not quiet

    def told(done: int, mutant: "Mutant") -> None:
        if verbose:
            click.echo(shown(f"{mutant.kind}: {mutant.what}: {mutant.fate}"), err=True)
        elif live:
            line = f"{done}  {mutant.kind}: {mutant.what}"
            click.echo(f"\r\033[K{shown(line)[:78]}", err=True, nl=False)

    return told
