"""The prefix that paddle.jit.save was given, to which the ends of file names are added."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from parity.errors import ModelError
from parity.model.artifact import Artifact, Want, programs
from parity.model.artifact import resolve as resolved


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


def resolve(place: Path, *, want: Want | None = None, prefer: Want | None = None) -> Artifact:
    """The model of that name; where there is none, the error names what may have been meant."""
    try:
        return resolved(place, want=want, prefer=prefer)
    except ModelError as error:
        near = None if place.exists() else _near(place)
        raise ModelError(f"{error}; did you mean {near}?" if near else str(error)) from None


def _near(place: Path) -> str | None:
    from parity.zoo.catalog import list_recipes

    if len(place.parts) == 1 and place.name in {recipe.name for recipe in list_recipes()}:
        return f"zoo:{place.name}"
    folder = place.parent
    if not folder.is_dir():
        return None
    there = [*programs(folder), *(p for p in folder.iterdir() if p.is_dir() and programs(p))]
    by_stem = {path.stem: path for path in sorted(there)}  # ends alone make any two alike
    found = difflib.get_close_matches(place.stem, by_stem, n=1)
    return str(by_stem[found[0]]) if found else None
