"""Paddle2ONNX, in a process of its own.

It aborts on an opset that it doesn't know, dies on programs that it can't read,
goes on after its own checker failed, and takes a higher opset than it was asked
for when an operator needs one. Here each of these is an ExportError or is in
the result. Its optional optimisers stay off: the default one may install
packages while it runs.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from parity import plugins, temporary
from parity.errors import ExportError, UsageError
from parity.exports import Export, _candidates
from parity.exports._by import By
from parity.exports._refusal import last_words, reason
from parity.exports._stamp import facts
from parity.model.artifact import Artifact, resolve
from parity.processes.interpreter import packages
from parity.processes.run import Ended, run_module

FIRST, LAST = 7, 21
"""Paddle2ONNX 2.1 aborts on opset 22. Only told when it fails: a later one may go further."""

MOST = 1000
"""No operator set has such a number in our days, and native code takes no number at all."""

TIMEOUT_S = 900.0  # the largest model here, 20 layers of 1024, takes under two minutes


FORMATS = ("pir", "pdmodel")

OPTIONS = {
    "optimize_tool": "polygraphy, onnxoptimizer or None (default None; of the command: polygraphy)",
    "auto_upgrade_opset": "take a higher opset where an operator needs one (default true)",
    "enable_onnx_checker": "have it run the checker, too (default true)",
    "dist_prim_all": "decompose combined operators (default false)",
    "verbose": "log every operator (default false)",
}
"""Those of ``paddle2onnx.export``, which are those of its command under other names."""

_SKIPPED = re.compile(
    r"Fail to (?:optimize|fold|simplify) onnx model with error: (?P<why>[^\x1b\n]*)"
)
_PIR = "; Paddle2ONNX before 2.0 reads Paddle 2's .pdmodel only, not .json"

TOOLS = ("polygraphy", "onnxoptimizer", "None")


def export(
    model: Artifact, target: Path, *, opset: int, timeout_s: float = TIMEOUT_S, by: By | None = None
) -> Export:
    """Export a Paddle static model to ``target``.

    The file is parsed, checked with ``onnx.checker`` and stamped with where it
    came from (``metadata_props``: versions, requested opset, hashes of program
    and parameters) before it takes its name.

    Raises UsageError for a model that is not Paddle's or an opset below ``FIRST``,
    ModelError for one that is damaged or not whole, and ExportError when the
    exporter fails, is killed, runs out of time, writes nothing or writes
    something that is not valid ONNX; ``target`` is then as it was before.
    """
    if model.format == "onnx":
        raise UsageError(f"{model.program}: is ONNX already; Paddle2ONNX reads Paddle models")
    if opset < FIRST:  # it would write another, which nobody asked for
        raise UsageError(f"opset {opset}: Paddle2ONNX starts at {FIRST}")
    if opset > MOST:
        raise UsageError(f"opset {opset}: there is none; Paddle2ONNX is known to go to {LAST}")
    # Paddle2ONNX exports truncated parameters as if they were whole.
    whole = resolve(model.program, want="paddle")
    if model.parameters not in (None, whole.parameters):
        raise ExportError(
            f"{model.parameters}: Paddle2ONNX takes the parameters beside the program, "
            f"under its name; expected {whole.parameters}"
        )
    by = by or By()
    check_options(by)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.folder(target.parent) as scratch:
            return _export(whole, target, scratch, opset, timeout_s, by)
    except OSError as error:
        raise ExportError(f"{target}: can't be written: {error.strerror or error}") from error


def check_options(by: By) -> None:
    """Raise UsageError for an option's value that makes no sense."""
    for name, value in by.options.items():
        if name == "optimize_tool":
            if value not in TOOLS:
                raise UsageError(plugins.unknown("optimize_tool", str(value), TOOLS))
        elif not isinstance(value, bool):
            raise UsageError(f'{name} "{value}" is neither true nor false')


def request(model: Artifact, folder: Path, file: Path, opset: int, by: By) -> dict[str, object]:
    """What its process is asked. folder: for what it answers."""
    told = {"parity.exporter": "paddle2onnx"} if by.usual else {
        "parity.exporter": "paddle2onnx", "paddle2onnx.options": json.dumps(dict(by.options))
    }  # fmt: skip
    return {
        "program": str(model.program.absolute()),
        "parameters": str(model.parameters.absolute()) if model.parameters else "",
        "opset": opset,
        "options": dict(by.options),
        "facts": {**facts(model, opset), **told},
        "file": str(file),
        "result": str(folder / "result.json"),
        "registered": str(folder / "registered.json"),
    }


def installs(by: By) -> Mapping[str, str]:
    """What decides what comes out, as it is really installed."""
    if by.interpreter is None:
        return _candidates.installs("paddle", "paddle2onnx", "onnx")
    told = packages(by.interpreter, "paddlepaddle", "paddle2onnx", "onnx")
    return {"environment": str(by.interpreter.python), **told}


def _export(
    model: Artifact, target: Path, scratch: Path, opset: int, timeout_s: float, by: By
) -> Export:
    asked = request(model, scratch, scratch / "model.onnx", opset, by)
    (scratch / "request.json").write_text(json.dumps(asked), "utf-8")
    ended = run_module(
        "parity.exports._child",
        [str(scratch / "request.json")],
        timeout_s=timeout_s,
        scratch=scratch,
        interpreter=by.interpreter,
    )
    there = f" in {by.interpreter.path}" if by.interpreter else ""
    where = f"{model.program}: Paddle2ONNX{there} at opset {opset}"
    result = _read(scratch / "result.json")
    why = reason(ended.log, model.program, _registered(scratch / "registered.json"))
    if "error" in result:
        hint = _PIR if by.interpreter and model.format == "pir" else ""
        raise ExportError(f"{where} {result['error']}{f': {why}' if why else ''}{hint}")
    if skipped := _SKIPPED.search(ended.log):
        tool = by.options.get("optimize_tool")
        raise ExportError(
            f"{where} had the file optimised by {tool}, which failed, and went on without: "
            f"{skipped['why']}"
        )
    made = scratch / "model.onnx"
    if not ended.well or not result:
        known = f"; Paddle2ONNX is known to export up to {LAST}"  # of the release that is here
        tried = known if opset > LAST and by.interpreter is None else ""
        raise ExportError(f"{where} {_ended(ended, timeout_s, why)}{tried}")
    if not made.is_file() or not 0 < made.stat().st_size == result["bytes"]:
        raise ExportError(f"{where} left an incomplete file")
    made.replace(target)
    return Export(target, opset, int(result["opset"]), ended.seconds, ended.log)


def _ended(ended: Ended, timeout_s: float, why: str) -> str:
    """How the process ended, and why, as far as that was said."""
    log = last_words(ended.log)
    how = replace(ended, log=log).why(timeout_s)
    return f"{how.partition('; it ')[0]}: {why}" if why else how


def _registered(path: Path) -> frozenset[str]:
    try:
        return frozenset(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return frozenset()


def _read(path: Path) -> dict[str, str | int]:
    # A process that dies writing its result has no result.
    try:
        result = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return result if isinstance(result, dict) else {}
