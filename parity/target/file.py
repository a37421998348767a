"""The file of a model: .onnx, .json, .pdmodel or .pdiparams."""

from dataclasses import dataclass
from pathlib import Path

from parity.model.artifact import Artifact, Want, resolve


@dataclass(frozen=True)
class File:
    """A file that is there. Every question raises ModelError for one that is no whole model."""

    place: Path

    def candidate(self) -> Artifact:
        """What is compared with a reference that is named."""
        return resolve(self.place, want="onnx" if self.place.suffix == ".onnx" else None)

    def alone(self, *, remade: bool) -> Artifact:
        """What is compared where no reference is named."""
        return self.candidate()

    def reference(self) -> Artifact:
        """What a candidate is compared with."""
        return resolve(self.place)

    def source(self) -> Artifact:
        """What is exported, or lowered if it is ONNX."""
        return resolve(self.place)

    def either(self, prefer: Want) -> Artifact:
        """The one that it is."""
        return resolve(self.place)
