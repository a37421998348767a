"""An attribute that can't be meant."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AttributeAbsurd:
    """A value that its attribute can't have, and that the reference has nowhere.

    node: its name, or what it makes. attribute: its name, or what people call the input that
    holds it. why: what is absurd about it.
    """

    node: str
    op_type: str
    attribute: str
    value: float
    why: str

    def __str__(self) -> str:
        return (
            f'{self.op_type} "{self.node}": {self.attribute} {self.value:.6g} {self.why}, and the '
            "reference has it nowhere: memory that the exporter never wrote to? Another export may "
            "have another value"
        )
