"""Converters from a Paddle model to an ONNX file, one file a converter.

A converter is a module with

    OPTIONS: Mapping[str, str], option name to a line of help
    export(model: Artifact, target: Path, *, opset: int, timeout_s: float, by: By) -> Export
    FORMATS: tuple[str, ...], those of ``Artifact.format`` that it reads
    installs(by: By) -> Mapping[str, str], what decides what comes out

It runs what it wraps in a process of its own, since exporters abort and hang on
models that a user will have, and it leaves either a checked file at ``target``
or an ExportError and whatever was there before. What it was asked for and what
it did are both in the result: the two differ, by design of the exporters.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Export:
    """One finished export.

    path: the ONNX file, parsed and checked. requested_opset: of the default
        domain, as asked. effective_opset: read back from the file.
        seconds: spent in the exporter's process. log: the last lines that it
        wrote to standard error.
    """

    path: Path
    requested_opset: int
    effective_opset: int
    seconds: float
    log: str

    @property
    def opset_changed(self) -> bool:
        """Whether the exporter took another opset than the one it was asked for."""
        return self.requested_opset != self.effective_opset
