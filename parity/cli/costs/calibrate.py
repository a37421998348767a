"""``parity calibrate``: tolerances for a case, from what its pair is off by."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import streams
from parity.model.precisions import PRECISIONS
from parity.shown import shown

if TYPE_CHECKING:
    from parity.proposing.propose import Proposal


@click.command()
@click.argument("case")
@click.option(
    "--precision", multiple=True, type=click.Choice(PRECISIONS),
    help="May be repeated; default: those of the case.",
)  # fmt: skip
@click.option(
    "--models", type=click.Path(path_type=Path), help="Folder of models that users bring."
)
@click.option("--write", "write_it", is_flag=True, help="Put what is proposed into the case.")
def calibrate(case: str, precision: tuple[str, ...], models: Path | None, write_it: bool) -> int:
    """Measure the pair of CASE over its texts, its feeds and the boundary feeds, and propose
    tolerance, ties and confidence, with the evidence.

    A tolerance says what rounding may do: look at the worst before you take it. Nothing is written
    without --write. Exit codes: 0, 1 where nothing can be proposed, 2 could not run.
    """
    from parity.api import proposing
    from parity.target import find_case

    found = find_case(case)
    with streams.console(stderr=True).status("") as status:
        made = proposing.proposals(
            found, precisions=precision, models_root=models,
            say=lambda line: status.update(shown(line)),
        )  # fmt: skip
    console = streams.console(highlight=False)
    for one in made:
        for line in _lines(one):
            console.print(line, markup=False, soft_wrap=True)
        console.print()
    if write_it:
        proposing.keep(found, made)
        console.print(f"written to {shown(str(found.folder / 'case.toml'))}", markup=False)
    return 1 if any(one.refused for one in made) else 0


def _lines(one: "Proposal") -> list[str]:
    seen = one.seen
    half, most, nearly, whole = one.quantiles
    told = [
        f"{one.precision}: {seen.feeds} feeds, {seen.answers} answers"
        + (f", {seen.refused} refused by the reference" if seen.refused else ""),
        f"  off by, of the largest: 50% of the feeds {half:.2g}, 90% {most:.2g}, 99% {nearly:.2g}, "
        f"all {whole:.2g}",
    ]
    told += [
        f"  worst   {shown(off.output)} {off.max_rel:.2g} (abs {off.max_abs:.2g})"
        f" on {shown(repr(off.text) if off.text else off.feed)}"
        for off in one.worst
    ]
    told += [f"  flipped {shown(repr(text))}" for text in seen.flips[:5]]
    if seen.moved:
        moved, text = max(seen.moved)
        told.append(f"  confidence moved by {moved:.2g} at most, on {shown(repr(text))}")
    if one.refused:
        return [*told, f"  nothing proposed: {shown(one.refused)}"]
    return [*told, f"  [tolerance.{one.precision}]"] + [
        f"  {key} = {value:g}" for key, value in one.keys.items()
    ]
