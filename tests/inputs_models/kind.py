"""What a file here tells of its kind of model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import onnx

from parity.compare.findings import Finding


@dataclass(frozen=True)
class Kind:
    """A kind of model, as a function that makes it; ``healthy`` calls it without a fault.

    faults: by name the arguments that plant one, behind the part that is hard to reach, and what
    is to be found. learned: parts of lines that the report has.
    """

    make: Callable[..., onnx.ModelProto]
    faults: Mapping[str, tuple[Mapping[str, object], type[Finding]]]
    learned: tuple[str, ...] = ()
    options: Mapping[str, int] = field(default_factory=dict)

    def healthy(self) -> onnx.ModelProto:
        return self.make()
