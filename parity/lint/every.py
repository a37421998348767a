"""All lints, in the order in which they are told."""

from pathlib import Path

from parity.errors import ModelError, UsageError
from parity.lint import batch, half, int64, ir_version, mask, opset, saturation
from parity.lint.about import About, Lint
from parity.model.artifact import Artifact

EVERY = (ir_version, opset, mask, half, saturation, batch, int64)


def lint(model: Artifact, *, onnxruntime: str | None = None) -> tuple[Lint, ...]:
    """What all of them say of an ONNX file; warnings first.

    onnxruntime: the version that is to read it. Raises UsageError for a model that is no ONNX file,
    ModelError for one that can't be read.
    """
    if model.format != "onnx":
        raise UsageError(f"{model.program}: lints read ONNX files; export it first (parity export)")
    if onnxruntime is not None:
        ir_version.version(onnxruntime)
    about = _about(model.program, onnxruntime)
    found = [said for module in EVERY for said in module.look(about)]
    return tuple(sorted(found, key=lambda said: said.level != "warning"))


def _about(path: Path, onnxruntime: str | None) -> About:
    try:
        return About(path, onnxruntime=onnxruntime)
    except ValueError as error:
        raise ModelError(f"{path}: {error}") from error
