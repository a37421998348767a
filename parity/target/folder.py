"""A folder with a model in it, or with a Paddle model and its export."""

from dataclasses import dataclass
from pathlib import Path

from parity.model.artifact import Artifact, Want, resolve


@dataclass(frozen=True)
class Folder:
    """Every question raises ModelError, naming what lies there, where it has no one answer."""

    place: Path

    def candidate(self) -> Artifact:
        """What is compared with a reference that is named: the ONNX file, and no other."""
        return resolve(self.place, want="onnx")

    def alone(self, *, remade: bool) -> Artifact:
        """What is compared where no reference is named: the ONNX file, else the Paddle model."""
        return self.candidate() if any(self.place.glob("*.onnx")) else resolve(self.place)

    def reference(self) -> Artifact:
        """What a candidate is compared with: Paddle first, since exports come from it."""
        ends = ("json", "pdmodel")
        paddle = any(path for end in ends for path in self.place.glob(f"*.{end}"))
        return resolve(self.place, want="paddle" if paddle else None)

    def source(self) -> Artifact:
        """What is exported: the Paddle model, whatever was made of it and lies beside it.

        Where only its weights lie, the ONNX file beside them isn't taken for the model.
        """
        weights = any(self.place.glob("*.pdiparams"))
        return resolve(self.place, want="paddle" if weights else None, prefer="paddle")

    def either(self, prefer: Want) -> Artifact:
        """Of a model and its export that lie together, one."""
        return resolve(self.place, prefer=prefer)
