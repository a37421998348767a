"""``zoo:NAME``: a model that parity builds itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from parity.model.artifact import Artifact, Want, resolve

PREFIX = "zoo:"


def is_zoo(name: str | PathLike[str]) -> bool:
    """Whether a name is of the zoo, whatever lies in the working folder."""
    return str(name).startswith(PREFIX)


@dataclass(frozen=True)
class Zoo:
    """A Paddle model and its export, in one folder of the cache.

    Every question builds it if it wasn't yet. They raise ZooError for an unknown name, listing the
    known ones, and for a model that can't be built.
    """

    name: str
    progress: Callable[[str], None] | None = field(default=None, compare=False)

    @property
    def place(self) -> Path:
        """The folder it lies in."""
        from parity.zoo import build

        return build(self.name.removeprefix(PREFIX), progress=self.progress)

    def candidate(self) -> Artifact:
        """What is compared with a reference that is named: the export."""
        return resolve(self.place / "model.onnx", want="onnx")

    def alone(self, *, remade: bool) -> Artifact:
        """What is compared where no reference is named: the export, or what to make it anew of."""
        return self.reference() if remade else self.candidate()

    def reference(self) -> Artifact:
        """The Paddle model."""
        return resolve(self.place, want="paddle")

    def source(self) -> Artifact:
        """What is exported: the Paddle model."""
        return self.reference()

    def either(self, prefer: Want) -> Artifact:
        """One of the two."""
        return resolve(self.place, prefer=prefer)
