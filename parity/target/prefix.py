"""The prefix that paddle.jit.save was given, to which the ends of file names are added."""

from dataclasses import dataclass
from pathlib import Path

from parity.model.artifact import Artifact, Want, resolve


@dataclass(frozen=True)
class Prefix:
    """A name at which nothing lies itself. Every question raises ModelError where nothing does."""

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
        """What is exported: the Paddle model, whatever was made of it and lies beside it.

        Where only its weights lie, the ONNX file beside them isn't taken for the model.
        """
        weights = self.place.with_name(f"{self.place.name}.pdiparams").is_file()
        return resolve(self.place, want="paddle" if weights else None, prefer="paddle")

    def either(self, prefer: Want) -> Artifact:
        """Of a model and its export of one prefix, one."""
        return resolve(self.place, prefer=prefer)
