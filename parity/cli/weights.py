"""``parity weights``: what became of each parameter of a model in another."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import streams
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from rich.console import Console

    from parity.model.artifact import Artifact
    from parity.written.said import Compared

_SHOWN = 20  # rows of the table; all are in the JSON


@click.command()
@click.argument("reference", metavar="A", type=click.Path(path_type=Path))
@click.argument("candidate", metavar="B", type=click.Path(path_type=Path))
@click.option(
    "--json", "json_file", metavar="FILE", type=click.Path(path_type=Path),
    help="Write all of it as JSON; - is standard output.",
)  # fmt: skip
def weights(reference: Path, candidate: Path, json_file: Path | None) -> int:
    """Say of each weight of A whether B stores it: equal, rounded, changed, swapped, missing.

    Each is an .onnx, .json or .pdmodel file, the prefix of one, a folder with one, or zoo:NAME;
    where a folder holds both, A is the Paddle model and B the ONNX file. Nothing is run. Exit
    codes: 0 if all are equal or rounded, 1 if not, 2 if they can't be read.
    """
    from parity import target
    from parity.written.weights import compare

    targets.check(json=json_file)
    with streams.building() as say:
        first = target.model(reference, progress=say).either("paddle")
        second = target.model(candidate, progress=say).either("onnx")
    found = compare(first, second)
    console = streams.console(stderr=json_file == STDOUT, highlight=False)
    if json_file is not None:
        _write(found, first, second, json_file)
    _show(found, first, second, console)
    return 0 if found.paired and not found.culprits else 1


def _write(found: "Compared", first: "Artifact", second: "Artifact", target: Path) -> None:
    from parity.report import document

    text = document.dumps(
        {
            **document.head(),
            "reference": str(first.program),
            "candidate": str(second.program),
            "passed": bool(found.paired and not found.culprits),
            "summary": found.sentence(),
            "counts": found.counts,
            "weights": [document.weight(w) for w in found.weights],
            "notes": list(found.notes),
            "seconds": found.seconds,
        }
    )
    if target == STDOUT:
        click.echo(text, nl=False)
    else:
        targets.write(target, text, "json")


def _show(found: "Compared", first: "Artifact", second: "Artifact", console: "Console") -> None:
    from rich.table import Table

    from parity.report.console import print_whole

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("kind", "reference", "candidate", "differ", "max abs"):
        table.add_column(title, justify="right" if title in ("differ", "max abs") else "left")
    telling = [*found.culprits, *(w for w in found.weights if w.kind in ("rounded", "extra"))]
    for weight in telling[:_SHOWN]:
        differ = f"{weight.elements:,} of {weight.of:,}" if weight.elements else ""
        style = "" if weight.healthy else "red"
        size = f"{weight.max_abs:.2g}" if weight.elements else ""
        row = (weight.kind, weight.reference, weight.name, differ, size)
        table.add_row(*map(_told, row), style=style)
    for role, model in (("reference", first), ("candidate", second)):
        console.print(f"{role} {_told(model.program)}", soft_wrap=True)
    if telling:
        print_whole(console, table)
    if len(telling) > _SHOWN:
        console.print(f"and {len(telling) - _SHOWN} more, in the JSON")
    for note in found.notes:
        console.print(f"[dim]{_told(note)}[/dim]", soft_wrap=True)
    counts = ", ".join(f"{count} {kind}" for kind, count in found.counts.items())
    console.print(f"{counts or 'no weights'}, {found.seconds:.2f} s")
    console.print(_told(found.sentence()), soft_wrap=True)


def _told(text: object) -> str:
    from rich.markup import escape

    return escape(shown(text))
