"""``parity export``: make a candidate, and say what came out."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parity import files
from parity.errors import ExportError, UsageError
from parity.report import targets
from parity.report.targets import STDOUT
from parity.shown import command, shown

if TYPE_CHECKING:
    from parity.exports.derive import Derived
    from parity.model.artifact import Artifact

SCHEMA = 1
"""Of the JSON; raised when a key changes its meaning or goes."""

OPSET = 13  # ERNIE 3.0 deployment guide
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("model", type=_PATH)
@click.option("--opset", type=click.IntRange(1), help=f"To export at; default {OPSET}.")
@click.option(
    "--precision",
    type=click.Choice(["fp32", "fp16", "int8"]),
    default="fp32",
    show_default=True,
    help="FP16 by ONNX Runtime's converter; INT8 by its dynamic quantiser.",
)
@click.option(
    "--out", type=_PATH, metavar="FILE", help="Write it here; default: keep in the cache."
)
@click.option("--force", is_flag=True, help="Replace FILE, whatever it is.")
@click.option("--once", is_flag=True, help="Don't export twice to see if the same comes out.")
@click.option("--strict-opset", is_flag=True, help="Exit 1 if another opset came out than asked.")
@click.option("--json", "json_file", type=_PATH, help="Write the facts as JSON; - for stdout.")
def export(
    model: Path,
    opset: int | None,
    precision: str,
    out: Path | None,
    force: bool,
    once: bool,
    strict_opset: bool,
    json_file: Path | None,
) -> int:
    """Export MODEL to ONNX, lower its precision, and check what came out.

    MODEL is a Paddle model, zoo:NAME, or an ONNX file to lower. Exit codes: 0; 1
    with --strict-opset if the exporter took another opset, the file is kept; 2
    if there is no export.
    """
    from parity.cli import checking
    from parity.exports.derive import derive
    from parity.report import document

    begun = time.monotonic()

    def progress(line: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"[{time.monotonic() - begun:5.1f} s] {shown(line)}", err=True)

    targets.check(json=json_file, also={"--out": out})
    if out is not None:
        _check_out(out, force=force)
    source = checking.to_export(model)
    if out is not None and not force and any(_same(out, file) for file in source.files):
        raise UsageError(f"{out}: is the model itself; --force replaces it")
    asked = _opset(source, opset)
    derived = derive(source, opset=asked, precision=precision, progress=progress, once=once)
    progress("loading it in ONNX Runtime")
    _check_loads(derived, source, out)
    path = derived.path
    if out is not None and out.resolve() != path.resolve():
        files.write(out, path.read_bytes())
        path = out
    facts = _facts(derived, source, path, round(time.monotonic() - begun, 2))
    text = document.dumps(facts)
    if json_file == STDOUT:
        sys.stdout.write(text)
    elif json_file is not None:
        targets.write(json_file, text, "json")
    _show(derived, source, path, facts["sha256"], err=json_file == STDOUT)
    changed = derived.effective_opset != derived.requested_opset
    return 1 if strict_opset and changed else 0


def _opset(source: "Artifact", asked: int | None) -> int:
    """The opset to ask for: of an ONNX file its own, which stays. Raises UsageError."""
    if source.format != "onnx":
        return OPSET if asked is None else asked
    from parity.model.opset import opsets

    _, own = opsets(source)
    if asked is not None and asked != own:
        raise UsageError(
            f"{source.program}: is ONNX already, at opset {own}; "
            f"export the Paddle model to have opset {asked}"
        )
    return own or OPSET


def _check_out(path: Path, *, force: bool) -> None:
    """Find out before the work that the file can be written, and that nothing is lost by it."""
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; --out takes a file")
    if path.suffix != ".onnx" and not files.is_special(path):
        raise UsageError(f"{path}: --out takes a file that ends in .onnx")
    files.check_writable(path.parent)
    if path.exists() and not force and not files.is_special(path) and not _is_own(path):
        raise UsageError(f"{path}: is there and is no export of parity's; --force replaces it")


def _check_loads(derived: "Derived", source: "Artifact", out: Path | None) -> None:
    """Raise ExportError, and keep the file under another name, if nobody can load it."""
    from parity.model.artifact import resolve
    from parity.workers.loads import loads

    failure = loads(resolve(derived.path))
    if failure is None:
        return
    kept = derived.path
    if out is not None and not files.is_special(out):
        kept = out.with_name(f"{out.stem}.unloadable.onnx")
        number = 2
        while kept.exists() and not _is_own(kept):
            kept, number = out.with_name(f"{out.stem}.unloadable-{number}.onnx"), number + 1
        files.write(kept, derived.path.read_bytes())
    raise ExportError(
        f"{source.program}: what was exported at opset {derived.effective_opset} doesn't load in "
        f"ONNX Runtime: {failure}; it is kept as {kept}"
    )


def _same(path: Path, other: Path) -> bool:
    return path.exists() and path.samefile(other)


def _is_own(path: Path) -> bool:
    from parity.errors import ParityError
    from parity.model.formats.onnx_graph import opened

    try:
        model, _ = opened(path)
    except (ParityError, OSError, ValueError):  # an empty file can't be mapped
        return path.stat().st_size == 0
    return any(p.key == "parity.version" for p in model.metadata_props)


def _facts(derived: "Derived", source: "Artifact", path: Path, seconds: float) -> dict[str, Any]:
    from parity.model.hashes import sha256
    from parity.report import document

    return {
        **document.head(SCHEMA),
        "file": str(path),
        "bytes": path.stat().st_size,
        "sha256": sha256(derived.path),
        "content": derived.content,
        "source": {"format": source.format, "sha256": dict(source.sha256)},
        "precision": derived.precision,
        "coverage": derived.coverage,
        "requested_opset": derived.requested_opset,
        "effective_opset": derived.effective_opset,
        "opset_changed": derived.effective_opset != derived.requested_opset,
        "ir_version": derived.ir_version,
        "nodes": derived.nodes,
        "seconds": seconds,
    }


def _show(derived: "Derived", source: "Artifact", path: Path, digest: str, *, err: bool) -> None:
    asked, got = derived.requested_opset, derived.effective_opset
    rows = [
        ("file", str(path)),
        ("opset", f"{got}" if got == asked else f"{got}, NOT {asked} as asked"),
        ("IR", f"version {derived.ir_version}"),
        ("nodes", f"{derived.nodes:,}"),
        ("precision", derived.precision),
        ("coverage", derived.coverage),
        ("content", derived.content),
        ("sha256", digest),
    ]
    for name, text in rows:
        if text:
            click.echo(f"{name:9} {shown(text)}", err=err)
    if got != asked:
        who = "the exporter" if derived.precision == "fp32" else "the exporter or the variant"
        click.echo(f"warning: asked for opset {asked}, {who} emitted {got}", err=True)
    check = ["parity", "check", str(path)]
    if path.parent.resolve() != source.program.parent.resolve():
        check += ["--reference", str(source.program)]
    if derived.precision != "fp32":
        check += ["--precision", derived.precision]
    click.echo(f"next: {command(check)}", err=True)
