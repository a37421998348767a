"""A candidate made from a reference: exported at an opset, then turned into a precision."""

from dataclasses import dataclass
from pathlib import Path

from parity.model.artifact import Artifact


@dataclass(frozen=True)
class Derived:
    """One candidate.

    path: the ONNX file. requested_opset, effective_opset: as asked, and read
    back. precision: "fp32", "fp16" or "int8". coverage: what the variant
    changed, for people ("25 of 33 MatMul quantised"); "" for fp32. ir_version,
    nodes: of the graph. content: hash of the graph and weights without names of
    producers and metadata: two candidates of one content compute the same.
    """

    path: Path
    requested_opset: int
    effective_opset: int
    precision: str
    coverage: str
    ir_version: int
    nodes: int
    content: str


def derive(reference: Artifact, *, opset: int, precision: str) -> Derived:
    """Make a candidate, or take it from the cache. Not there yet."""
    raise NotImplementedError
