"""Make a candidate, and see that it can be loaded."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parity import files, plugins
from parity.api.asked import environment
from parity.api.options import AnyPath, Scalar
from parity.api.typed import typed
from parity.errors import ExportError, ParityError, UsageError
from parity.exports._by import USUAL, By
from parity.exports._by import exporter as exporter_of
from parity.exports.calibration import Calibration
from parity.exports.derive import Derived, derive
from parity.inputs import find_tokenizer
from parity.model.artifact import Artifact, programs, resolve
from parity.model.precisions import COMPUTED
from parity.model.trained import is_folder
from parity.shown import html, shown
from parity.target import OPSET, model
from parity.verify.feeds.calibrating import calibrated, texts_of
from parity.verify.request import Request, Side

SCHEMA = 1
"""Of the JSON; raised when a key changes its meaning or goes."""


@dataclass(frozen=True)
class Exported:
    """An export that ONNX Runtime loads.

    path: the ONNX file. source: what it was made of. derived: opsets as asked and as emitted, size
    of the graph, what a variant lowered. seconds: what it took.
    """

    path: Path
    source: Artifact
    derived: Derived
    seconds: float

    @property
    def opset(self) -> int:
        """The opset that it has, whatever was asked for."""
        return self.derived.effective_opset

    @property
    def opset_changed(self) -> bool:
        """Whether another opset came out than was asked for."""
        return self.derived.effective_opset != self.derived.requested_opset

    @property
    def sha256(self) -> str:
        """Of the file, hexadecimal."""
        from parity.model.hashes import sha256

        return sha256(self.derived.path)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of ``parity export --json``."""
        from parity.report.document import head

        derived, source = self.derived, self.source
        return {
            **head(SCHEMA),
            "file": str(self.path),
            "bytes": self.path.stat().st_size,
            "sha256": self.sha256,
            "content": derived.content,
            "source": {"format": source.format, "sha256": dict(source.sha256)},
            "precision": derived.precision,
            "coverage": derived.coverage,
            "requested_opset": derived.requested_opset,
            "effective_opset": derived.effective_opset,
            "opset_changed": self.opset_changed,
            "ir_version": derived.ir_version,
            "nodes": derived.nodes,
            "seconds": self.seconds,
        }

    def to_json(self) -> str:
        """What ``parity export --json`` writes."""
        from parity.report.document import dumps

        return dumps(self.to_dict())

    def __repr__(self) -> str:
        derived = self.derived
        return f"<parity.Exported {shown(self.path)}: opset {self.opset}, {derived.precision}>"

    def _repr_html_(self) -> str:
        told = (f"{html(k)}: {html(v)}" for k, v in self.to_dict().items() if k != "source")
        return "".join(f"<div>{line}</div>" for line in told)


@typed
def export(
    name: AnyPath,
    *,
    opset: int | None = None,
    precision: str = "fp32",
    out: AnyPath | None = None,
    force: bool = False,
    once: bool = False,
    exporter: str = USUAL,
    options: Mapping[str, Scalar] | None = None,
    env: AnyPath | None = None,
    variant: str | None = None,
    feeds: Sequence[AnyPath] = (),
    texts: AnyPath | None = None,
    progress: bool = False,
) -> Exported:
    """Export a model to ONNX, lower its precision, and check that what came out loads.

    name: a Paddle model (file, prefix, folder) or zoo:NAME; or an ONNX file to lower. In a folder
        the Paddle model is taken, whatever was made of it and lies beside it.
    opset: None is 13; of an ONNX file its own, which stays.
    precision: "fp32", "fp16" by ONNX Runtime's converter, "int8" by its dynamic quantiser,
        "int8-static" by its static one, "optimized" by its optimiser, "fused" by
        its one for transformers.
    feeds, texts: what "int8-static" is calibrated with; texts is a file with one a line, read by
        the tokenizer beside the model.
    out: where to write it; None keeps it in the cache.
    force: replace what is there, whatever it is.
    exporter: "paddle2onnx", "p2o", or yours. options: of it; for Paddle2ONNX those of its command.
    env: a venv, or a python, that the exporter runs in. variant: what simplifies the FP32 file:
        "onnxslim", "onnxsim", "onnxoptimizer", or yours.
    once: don't export twice to see whether the same comes out.
    progress: say on standard error what goes on, if that is a terminal.

    Raises ParityError, one line: UsageError, ModelError, ExportError where there is no export or
    none that loads (it is kept, and named), OutputError.
    """
    begun = time.monotonic()

    def say(line: str) -> None:
        if progress and sys.stderr.isatty():
            sys.stderr.write(f"[{time.monotonic() - begun:5.1f} s] {shown(line)}\n")

    place = None if out is None else Path(out)
    if place is not None:
        check_out(place, force=force)
    if is_folder(Path(name)) and not programs(Path(name)):
        raise UsageError(f"{name}: is a Hugging Face folder; --exporter torch makes ONNX of it")
    source = model(name, progress=say).source()
    if place is not None and not force and any(_same(place, file) for file in source.files):
        raise UsageError(f"{place}: is the model itself; --force replaces it")
    asked = _opset(source, opset)
    by = By(exporter, dict(options or {}), None if env is None else environment(env))
    exporter_of(by)
    lowered = _lowered(precision, variant)
    derived = derive(
        source, opset=asked, precision=lowered, progress=say, once=once, by=by,
        calibration=_calibration(source, feeds, texts) if feeds or texts else None,
    )  # fmt: skip
    if variant is not None:  # a simplified file is FP32, and is checked as such
        derived = replace(derived, precision="fp32")
    say("loading it in ONNX Runtime")
    _check_loads(derived, source, place)
    path = derived.path
    if place is not None and place.resolve() != path.resolve():
        files.write(place, path.read_bytes())
        path = place
    return Exported(path, source, derived, round(time.monotonic() - begun, 2))


def _calibration(source: Artifact, feeds: Sequence[AnyPath], texts: AnyPath | None) -> Calibration:
    """Raises InputError, CaseError for what can't be read."""
    side, folder = Side(source, source.engine), source.program.parent
    request = Request(
        side, side, feeds=tuple(map(Path, feeds)),
        tokenizer=folder if find_tokenizer(folder) is not None else None,
    )  # fmt: skip
    return calibrated(request, () if texts is None else texts_of(Path(texts)))


def _lowered(precision: str, variant: str | None) -> str:
    """What is made of the FP32 file. Raises UsageError for two things at once, or one unknown."""
    if precision in COMPUTED:
        engine = COMPUTED[precision]
        raise UsageError(
            f"{precision}: no file is of it, {engine} computes an FP32 file in it; export that, "
            f"and check it with --precision {precision}"
        )
    if variant is None:
        return precision
    if precision != "fp32":
        raise UsageError(f"--variant {variant}: is FP32; leave out --precision {precision}")
    if variant in ("fp16", "int8_dynamic", "int8"):
        raise UsageError(f"--variant {variant}: is a precision; say it with --precision")
    plugins.load("exports.variants", variant)
    return variant


def _opset(source: Artifact, asked: int | None) -> int:
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


def check_out(path: Path, *, force: bool) -> None:
    """Find out before the work that the file can be written, and that nothing is lost by it."""
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; --out takes a file")
    if path.suffix != ".onnx" and not files.is_special(path):
        raise UsageError(f"{path}: --out takes a file that ends in .onnx")
    files.check_writable(path.parent)
    if path.exists() and not force and not files.is_special(path) and not _is_own(path):
        raise UsageError(f"{path}: is there and is no export of parity's; --force replaces it")


def _check_loads(derived: Derived, source: Artifact, out: Path | None) -> None:
    """Raise ExportError, and keep the file under another name, if nobody can load it."""
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
    from parity.model.formats.onnx_graph import opened

    try:
        model, _ = opened(path)
    except (ParityError, OSError, ValueError):  # an empty file can't be mapped
        return path.stat().st_size == 0
    return any(p.key == "parity.version" for p in model.metadata_props)
