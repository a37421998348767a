"""The siblings of an export, by their names: optimised, and that quantised."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from parity.errors import ModelError
from parity.model.artifact import Artifact, resolve

_ENDS = (("-optimized", "optimized"), ("-quantized", "int8"))
"""What a name grows by, and the precision that its file is of. Source: transformers'
``convert_graph_to_onnx``."""

ORIGINAL = "the original"


@dataclass(frozen=True)
class Member:
    """name: of its file. precision: that it is judged by, whatever it is held against."""

    name: str
    model: Artifact
    precision: str


@dataclass(frozen=True)
class Step:
    """A member, and what it is held against; None for the original. direct: whether it was made of
    just that.
    """

    member: Member
    against: Member | None
    direct: bool

    @property
    def name(self) -> str:
        """In a few words."""
        return f"{self.member.name} against {self.against.name if self.against else ORIGINAL}"


def members(first: Path) -> tuple[Member, ...]:
    """The first file and its siblings, those that are there.

    Raises ModelError for a file that is damaged, and where there is no sibling.
    """
    found = [Member(first.name, resolve(first, want="onnx"), "fp32")]
    path = first
    missed = []
    for end, precision in _ENDS:
        path = path.with_name(f"{path.stem}{end}{path.suffix}")
        if path.is_file():
            found.append(Member(path.name, resolve(path, want="onnx"), precision))
        else:
            missed.append(path.name)
    if len(found) == 1:
        raise ModelError(f"{first}: has no siblings: {' and '.join(missed)} don't lie beside it")
    return tuple(found)


def steps(of: tuple[Member, ...]) -> tuple[Step, ...]:
    """Each against the one before, then against the original."""
    made = [Step(of[0], None, direct=True)]
    for before, member in pairwise(of):
        made += [Step(member, before, direct=True), Step(member, None, direct=False)]
    return tuple(made)
