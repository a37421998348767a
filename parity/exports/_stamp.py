"""What is written into every file that an exporter made, and having it written."""

import json
from collections.abc import Mapping
from pathlib import Path

from parity.errors import ExportError
from parity.model.artifact import Artifact
from parity.model.hashes import sha256
from parity.model.opset import REQUESTED
from parity.processes.run import run_module
from parity.version import __version__


def facts(model: Artifact, opset: int) -> dict[str, str]:
    """Of every export: parity's version, the opset that was asked for, hashes of the model."""
    told = {
        "parity.version": __version__,
        REQUESTED: str(opset),
        "parity.program_sha256": sha256(model.program),
    }
    if model.parameters is not None:
        told["parity.parameters_sha256"] = sha256(model.parameters)
    return told


def stamped(
    file: Path, model: Artifact, opset: int, more: Mapping[str, str], where: str,
    timeout_s: float, scratch: Path,
) -> int:  # fmt: skip
    """Stamp and check a file in place, in a process of its own; its opset.

    more: facts of the exporter. where: begins what is raised, ExportError.
    """
    request, answer = scratch / "finish.json", scratch / "finished.json"
    asked = {
        "file": str(file),
        "facts": {**facts(model, opset), **more},
        "result": str(answer),
    }
    request.write_text(json.dumps(asked), "utf-8")
    ended = run_module(
        "parity.exports._finish", [str(request)], timeout_s=timeout_s, scratch=scratch
    )
    try:
        told = json.loads(answer.read_text("utf-8"))
    except (OSError, ValueError):  # a process that dies writing its result has none
        told = {}
    if "error" in told:
        raise ExportError(f"{where} {told['error']}")
    if not ended.well or not told:
        raise ExportError(f"{where}: the process that checks its file {ended.why(timeout_s)}")
    return int(told["opset"])
