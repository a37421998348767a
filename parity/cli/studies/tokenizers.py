"""``parity tokenizers``: where two tokenizers read a text otherwise."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import options
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from parity.duet.found import Duet

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--texts", type=_PATH, metavar="FILE", help="Your sentences, a line each; tab: a pair."
)
@click.option("--a-env", type=options.ENV, help="Run A in that venv, or under that python.")
@click.option("--b-env", type=options.ENV, help="Run B in that venv, or under that python.")
@click.option("--max-examples", type=click.IntRange(1), default=300, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--json", "json_file", type=_PATH, help="Write all of it as JSON; - for stdout.")
def tokenizers(
    a: str,
    b: str,
    texts: Path | None,
    a_env: Path | None,
    b_env: Path | None,
    max_examples: int,
    seed: int,
    json_file: Path | None,
) -> int:
    """Compare ids, segments, offsets, truncation and pairs of two tokenizers.

    Each is a tokenizer.json, a vocab.txt (as ERNIE reads it), a folder with one, zoo:NAME, or
    KIND:PATH: bert, ernie, json, transformers, paddlenlp, fast_tokenizer. Exit codes: 0 alike, 1
    not, 2 could not run.
    """
    from parity.api.tokenizing import compare

    targets.check(json=json_file)
    found = compare(
        a, b, texts=texts, a_env=a_env, b_env=b_env, max_examples=max_examples, seed=seed
    )
    if json_file is not None:
        _write(found, json_file)
    _show(found, err=json_file == STDOUT)
    return 0 if found.passed else 1


def _write(found: "Duet", target: Path) -> None:
    from parity.report import document

    told = {**document.head(), "passed": found.passed, **asdict(found)}
    text = document.dumps(told)
    if target == STDOUT:
        sys.stdout.write(text)
    else:
        targets.write(target, text, "json")


def _show(found: "Duet", *, err: bool) -> None:
    click.echo(f"A         {shown(found.a)}", err=err)
    click.echo(f"B         {shown(found.b)}", err=err)
    for difference in found.differences:
        click.echo(f"finding   {shown(str(difference))}", err=err)
    verdict = "alike" if found.passed else f"differ: {len(found.differences)} rules"
    refused = f", {found.refused:,} of them refused by both" if found.refused else ""
    click.echo(
        f"{verdict}; {found.texts:,} texts{refused}, {found.compared:,} tokens compared, "
        f"{found.seconds:.1f} s",
        err=err,
    )
