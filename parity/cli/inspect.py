"""``parity inspect``: what parity reads from a model's files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity.cli import streams
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import shown

if TYPE_CHECKING:
    from parity.model.artifact import Artifact
    from parity.model.graph import Graph
    from parity.model.spec import Signature

SCHEMA = 1
"""Of the JSON; raised when a key changes its meaning or goes."""

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

    MODEL is an .onnx, .json or .pdmodel file, the prefix of one, or a folder with
    one; of a Paddle model and its export the Paddle model is shown. No engine is
    started. Exit codes: 0, or 2 if it can't be read.
    """
    from parity.model.artifact import others, resolve
    from parity.model.domains import signature
    from parity.model.formats.read import graph_of
    from parity.report.document import dumps

    targets.check(json=json_file)
    artifact = resolve(model, prefer="paddle")
    graph = graph_of(artifact.program)
    found = signature(artifact)
    beside = others(model, artifact)
    if json_file is not None:
        text = dumps({**document(artifact, graph, found), "beside": [*map(str, beside)]})
        if json_file != STDOUT:
            targets.write(json_file, text, "json")
        else:
            click.echo(text, nl=False)
            return 0
    if beside:
        named = ", ".join(path.name for path in beside)
        click.echo(shown(f"this is {artifact.program.name}; beside it: {named}, not shown"))
    _show(artifact, graph, found)
    return 0


def document(artifact: "Artifact", graph: "Graph", found: "Signature") -> dict[str, Any]:
    """The JSON of ``--json``."""
    from parity.model.describe import fields
    from parity.model.notation.printed import printed
    from parity.report.document import head

    hashes, stored = artifact.sha256, _stored(graph)
    return {
        **head(SCHEMA),
        "format": artifact.format,
        "facts": _facts(graph),
        "parameters": {"tensors": len(stored), "elements": sum(stored)},
        "nodes": len(graph.nodes),
        "files": [
            {"path": str(file), "bytes": file.stat().st_size, "sha256": hashes[file.name]}
            for file in artifact.files
        ],
        "inputs": [{**fields(spec), "notation": printed(spec)} for spec in found.inputs],
        "outputs": [fields(spec) for spec in found.outputs],
        "unread": list(found.unread),
        "evidence": list(found.evidence),
    }


def _show(artifact: "Artifact", graph: "Graph", found: "Signature") -> None:
    from rich.markup import escape
    from rich.table import Table

    from parity.model.describe import described, extents
    from parity.model.notation.printed import printed
    from parity.report.console import print_whole
    from parity.shown import command

    def told(text: object) -> str:
        return escape(shown(text))

    # A pipe has no width: don't wrap there what a program may read line by line.
    width = None if sys.stdout.isatty() else _PIPE_COLUMNS
    console = streams.console(highlight=False, width=width)
    kinds = {"onnx": "ONNX", "pir": "Paddle 3 (PIR)", "pdmodel": "Paddle 2 (ProgramDesc)"}
    facts = ", ".join(f"{key} {value}" for key, value in _facts(graph).items())
    stored = _stored(graph)
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
    for spec in found.inputs:
        # Not wrapped: it is there to be copied.
        console.print(f"  --input {escape(command([printed(spec)]))}", soft_wrap=True)


def _facts(graph: "Graph") -> dict[str, str]:
    return {key: value for key, value in graph.facts.items() if value}


def _stored(graph: "Graph") -> list[int]:
    """The number of elements of each stored tensor; an ONNX file stores its constants too."""
    from math import prod

    made = graph.producers
    constants = [value.size for name, value in graph.constants.items() if name not in made]
    return [prod(p.shape) for p in graph.parameters.values()] + constants
