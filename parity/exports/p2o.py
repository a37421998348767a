"""p2o, another converter from Paddle to ONNX: one program, in a process of its own.

It reads Paddle 3's format, writes opset 10 and up, and panics on what it doesn't know: what it
said of that is in the error.
"""

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from parity import temporary
from parity.errors import ExportError, UsageError
from parity.exports import Export
from parity.exports._by import By
from parity.exports._stamp import stamped
from parity.model.artifact import Artifact, resolve
from parity.processes.interpreter import Interpreter
from parity.processes.run import run_module

FORMATS = ("pir",)

OPTIONS = {"strict": "reject what it would convert with a loss (default false)"}

FIRST = 10
"""The least opset that it writes, as its help says."""

TIMEOUT_S = 900.0

_LAYER_NORM = 17
"""From here on there is LayerNormalization, which p2o writes at any opset."""

_PANIC = re.compile(r"panicked at [^\n]*\n(?P<said>[^\n]+)")
_ERROR = re.compile(r"^(?:Error|error): *(?P<said>.+)$", re.MULTILINE)


def export(
    model: Artifact, target: Path, *, opset: int, timeout_s: float = TIMEOUT_S, by: By | None = None
) -> Export:
    """Export a Paddle 3 model to ``target``; checked and stamped as Paddle2ONNX's files are.

    Raises UsageError for a model that it can't read or an opset below ``FIRST``, and ExportError,
    with its own words, where it fails; ``target`` is then as it was before.
    """
    by = by or By("p2o")
    if model.format != "pir":
        raise UsageError(f"{model.program}: is {model.format}; p2o reads Paddle 3's .json")
    if opset < FIRST:
        raise UsageError(f"opset {opset}: p2o writes opset {FIRST} and up")
    whole = resolve(model.program, want="paddle")
    program = _program(by.interpreter)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.folder(target.parent) as scratch:
            made, parameters = scratch / "made.onnx", model.parameters
            if parameters is None:  # it has none, and the command wants a name
                parameters = scratch / "none.pdiparams"
                parameters.touch()
            strict = ["--strict"] if by.options.get("strict") else []
            ended = run_module(
                "parity.exports._command",
                [program, "--opset", str(opset), *strict, str(whole.program.absolute()),
                 str(parameters.absolute()), str(made)],
                timeout_s=timeout_s, scratch=scratch,
            )  # fmt: skip
            where = f"{model.program}: p2o at opset {opset}"
            if not ended.well:
                why = said(ended.log)
                raise ExportError(f"{where} failed: {why}" if why else
                                  f"{where} {ended.why(timeout_s)}")  # fmt: skip
            if not made.is_file():
                raise ExportError(f"{where} ended well, and wrote nothing")
            facts = {
                "parity.exporter": "p2o",
                "exporter": "p2o",
                "p2o.options": str(dict(by.options)),
            }
            try:
                effective = stamped(made, whole, opset, facts, where, timeout_s, scratch)
            except ExportError as error:
                if opset < _LAYER_NORM and "LayerNormalization" in str(error):
                    raise ExportError(f"{error}; p2o needs opset {_LAYER_NORM} for it") from error
                raise
            made.replace(target)
    except OSError as error:
        raise ExportError(f"{target}: can't be written: {error.strerror or error}") from error
    return Export(target, opset, effective, ended.seconds, ended.log)


def installs(by: By) -> Mapping[str, str]:
    """What decides what comes out. Raises ExportError where it isn't installed."""
    from parity.model.hashes import sha256

    return {"p2o": sha256(Path(_program(by.interpreter)))}


def said(log: str) -> str:
    """What it complained of, without the trace of its panic; "" where it said nothing."""
    found = [m["said"].strip() for pattern in (_ERROR, _PANIC) for m in pattern.finditer(log)]
    return "; ".join(dict.fromkeys(found))[:1000]


def _program(interpreter: Interpreter | None) -> str:
    """The command, of the environment that is running or was named."""
    python = Path(sys.executable) if interpreter is None else interpreter.python
    beside = python.with_name("p2o")
    found = str(beside) if beside.is_file() else None
    if found is None and interpreter is None:
        found = shutil.which("p2o")
    if found is None:
        where = f" in {interpreter.path}" if interpreter else ""
        raise ExportError(f"p2o isn't installed{where}: pip install p2o")
    return found
