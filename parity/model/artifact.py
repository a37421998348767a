"""A model on disk, found from whatever path a user gives."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Format = Literal["onnx", "pir", "pdmodel"]


@dataclass(frozen=True)
class Artifact:
    """A model's files.

    format: "onnx"; "pir" for Paddle 3's ``.json``; "pdmodel" for Paddle 2's.
    program: the graph file. parameters: the ``.pdiparams`` beside it; None for
        ONNX and for a Paddle model without parameters.
    """

    format: Format
    program: Path
    parameters: Path | None = None

    @property
    def engine(self) -> str:
        """Name of the engine that runs this by default: "paddle" or "ort"."""
        return "ort" if self.format == "onnx" else "paddle"
