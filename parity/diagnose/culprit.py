"""A node of the candidate that is to blame."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Culprit:
    """One node, and why.

    node: its name, or what it makes where it has none. op_type: in ONNX. outputs: what it makes.
    reference_op: the op that it came from, as its format calls it. evidence: one line.
    """

    node: str
    op_type: str
    outputs: tuple[str, ...]
    reference_op: str
    evidence: str

    def __str__(self) -> str:
        return f'{self.op_type} "{self.node}": {self.evidence}'
