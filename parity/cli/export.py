"""``parity export``: make a candidate, and say what came out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import options
from parity.cli.loudness import loudness
from parity.errors import UsageError
from parity.model.precisions import PRECISIONS
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import command, shown

if TYPE_CHECKING:
    from parity.api.exporting import Exported

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("model", type=_PATH)
@click.option("--opset", type=click.IntRange(1), help="To export at; default 13.")
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    default="fp32",
    show_default=True,
    help="FP16 by ONNX Runtime's converter; INT8 by its quantisers; "
    "optimized, fused by its optimisers.",
)
@click.option(
    "--out", type=_PATH, metavar="FILE", help="Write it here; default: keep in the cache."
)
@click.option(
    "--exporter",
    default="paddle2onnx",
    show_default=True,
    metavar="NAME",
    help="paddle2onnx, p2o, or yours; torch for a Hugging Face folder.",
)
@click.option("--export-option", multiple=True, metavar="K=V", help="Option of the exporter.")
@click.option(
    "--optimize-tool",
    metavar="TOOL",
    help="Of Paddle2ONNX: polygraphy, its command's default, onnxoptimizer, or None.",
)
@click.option("--env", type=options.ENV, help="Venv, or python, that the exporter runs in.")
@click.option(
    "--variant",
    metavar="NAME",
    help="onnxslim, onnxsim, onnxoptimizer, or yours: made of the FP32 file.",
)
@click.option(
    "--quantized-rtol",
    type=float,
    metavar="X",
    help="Of torch: what its INT8 file may be off, of the largest magnitude; default 0.08.",
)
@click.option("--feeds", type=_PATH, multiple=True, help="To calibrate int8-static with.")
@click.option("--texts", type=_PATH, help="The same: a file with a text a line.")
@click.option("--force", is_flag=True, help="Replace FILE, whatever it is.")
@click.option("--once", is_flag=True, help="Don't export twice to see if the same comes out.")
@click.option("--strict-opset", is_flag=True, help="Exit 1 if another opset came out than asked.")
@loudness("The file's path alone.", "Also what it was made of, and how long that took.")
@click.option("--json", "json_file", type=_PATH, help="Write the facts as JSON; - for stdout.")
def export(
    model: Path,
    opset: int | None,
    precision: str,
    out: Path | None,
    exporter: str,
    export_option: tuple[str, ...],
    optimize_tool: str | None,
    env: Path | None,
    variant: str | None,
    quantized_rtol: float | None,
    feeds: tuple[Path, ...],
    texts: Path | None,
    force: bool,
    once: bool,
    strict_opset: bool,
    json_file: Path | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Export MODEL to ONNX, lower its precision, and check what came out.

    MODEL is a Paddle model, zoo:NAME, or an ONNX file to lower; with --exporter torch, a Hugging
    Face folder, of which three files are made and checked. Exit codes: 0; 1
    with --strict-opset if the exporter took another opset, the file is kept; 2
    if there is no export.
    """
    from parity.api import exporting

    if exporter == "torch":
        from parity.cli.deployed import family

        pairs = options.pairs(export_option, option="--export-option")
        return family.export(model, {**click.get_current_context().params, "options": pairs})
    if quantized_rtol is not None:
        raise UsageError(f"--quantized-rtol goes with --exporter torch, not {exporter}")
    told = [*export_option, *([f"optimize_tool={optimize_tool}"] if optimize_tool else [])]
    targets.check(json=json_file, also={"--out": out})
    made = exporting.export(
        model, opset=opset, precision=precision, out=out, force=force, once=once,
        progress=not quiet,
        exporter=exporter, options=options.pairs(told, option="--export-option"), env=env,
        variant=variant, feeds=feeds, texts=texts,
    )  # fmt: skip
    text = made.to_json()
    if json_file == STDOUT:
        sys.stdout.write(text)
    elif json_file is not None:
        targets.write(json_file, text, "json")
    _show(made, err=json_file == STDOUT, quiet=quiet, verbose=verbose)
    return 1 if strict_opset and made.opset_changed else 0


def _show(made: "Exported", *, err: bool, quiet: bool, verbose: bool) -> None:
    if quiet:
        click.echo(shown(made.path), err=err)
        _warn(made)
        return
    for name, text in [*_rows(made), *(_more(made) if verbose else [])]:
        if text:
            click.echo(f"{name:9} {shown(text)}", err=err)
    _warn(made)
    derived, source, path = made.derived, made.source, made.path
    check = ["parity", "check", str(path)]
    if path.parent.resolve() != source.program.parent.resolve():
        check += ["--reference", str(source.program)]
    if derived.precision != "fp32":
        check += ["--precision", derived.precision]
    click.echo(f"next: {command(check)}", err=True)


def _rows(made: "Exported") -> list[tuple[str, str]]:
    derived, asked = made.derived, made.derived.requested_opset
    got = derived.effective_opset
    return [
        ("file", str(made.path)),
        ("opset", f"{got}" if got == asked else f"{got}, NOT {asked} as asked"),
        ("IR", f"version {derived.ir_version}"),
        ("nodes", f"{derived.nodes:,}"),
        ("precision", derived.precision),
        ("coverage", derived.coverage),
        ("content", derived.content),
        ("sha256", made.sha256),
    ]


def _more(made: "Exported") -> list[tuple[str, str]]:
    hashes = made.source.sha256
    of = [("made of", f"{path}  sha256 {hashes[path.name]}") for path in made.source.files]
    return [*of, ("seconds", f"{made.seconds:.2f}")]


def _warn(made: "Exported") -> None:
    derived = made.derived
    if made.opset_changed:
        who = "the exporter" if derived.precision == "fp32" else "the exporter or the variant"
        asked, got = derived.requested_opset, derived.effective_opset
        click.echo(f"warning: asked for opset {asked}, {who} emitted {got}", err=True)
