"""``parity inspect``: what parity reads from a model's files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import streams
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from parity.api.inspecting import Inspected

_PIPE_COLUMNS = 200


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    is_flag=False,
    flag_value=STDOUT,
    metavar="[FILE]",
    help="Write JSON; - or nothing for stdout.",
)
def inspect(model: Path, json_file: Path | None) -> int:
    """Show what MODEL takes and gives, and why parity thinks so.

    MODEL is an .onnx, .json or .pdmodel file, the prefix of one, a folder with one, or
    zoo:NAME; of a Paddle model and its export the Paddle model is shown. No engine is
    started. Exit codes: 0, or 2 if it can't be read.
    """
    from parity.api import inspecting

    targets.check(json=json_file)
    found = inspecting.inspect(model)
    if json_file == STDOUT:
        click.echo(found.to_json(), nl=False)
        return 0
    if json_file is not None:
        targets.write(json_file, found.to_json(), "json")
    if found.beside:
        named = ", ".join(path.name for path in found.beside)
        click.echo(shown(f"this is {found.artifact.program.name}; beside it: {named}, not shown"))
    _show(found)
    return 0


def _show(model: "Inspected") -> None:
    from rich.markup import escape
    from rich.table import Table

    from parity.model.describe import described, extents
    from parity.report.console import print_whole
    from parity.shown import command

    def told(text: object) -> str:
        return escape(shown(text))

    # A pipe has no width: don't wrap there what a program may read line by line.
    width = None if sys.stdout.isatty() else _PIPE_COLUMNS
    console = streams.console(highlight=False, width=width)
    artifact, graph, found = model.artifact, model.graph, model.signature
    kinds = {"onnx": "ONNX", "pir": "Paddle 3 (PIR)", "pdmodel": "Paddle 2 (ProgramDesc)"}
    facts = ", ".join(f"{key} {value}" for key, value in model.facts.items())
    stored = model.stored
    console.print(f"[bold]{kinds[artifact.format]}[/bold] {told(facts)}")
    console.print(
        f"{len(graph.nodes)} ops, {len(stored)} stored tensors of {sum(stored):,} elements"
    )
    hashes = artifact.sha256
    for file in artifact.files:
        console.print(f"{told(file)}  {file.stat().st_size:,} bytes  sha256 {hashes[file.name]}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "name", "dtype", "shape", "values"):
        table.add_column(column)
    for role, specs in (("input", found.inputs), ("output", found.outputs)):
        for spec in specs:
            row = (role, spec.name, spec.dtype, extents(spec), described(spec.domain))
            table.add_row(*map(told, row))
    console.print()
    print_whole(console, table)
    console.print()
    console.print("[bold]why[/bold]")
    for line in found.evidence:
        console.print(f"  {told(line)}")
    console.print()
    console.print("[bold]the same as options[/bold], to be edited where it is wrong")
    for text in model.notation:
        # Not wrapped: it is there to be copied.
        console.print(f"  --input {escape(command([text]))}", soft_wrap=True)
