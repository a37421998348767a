"""What is said above a verdict and counted, and is no finding: the candidate isn't to blame.

A warning is a value like a finding; ``str`` gives the line that reports print. Under ``--strict``
a run with a warning doesn't pass.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReferenceDisagrees:
    """The reference's default kernels and its plain ones answer differently, beyond rounding.

    output: the worst one, on the first feed on which they did; "" where the default kernels
    failed altogether. default, plain: what each answered at ``index``. cause: one line.
    """

    output: str
    index: tuple[int, ...]
    default: float | None
    plain: float | None
    cause: str

    def __str__(self) -> str:
        return self.cause


@dataclass(frozen=True)
class ReferenceRefuses:
    """The reference takes fewer of the feeds than it refuses: the verdict rests on the rest.

    refused, compared: feeds. cause: what it said first, and on which.
    """

    refused: int
    compared: int
    cause: str

    def __str__(self) -> str:
        return (
            f"the reference refuses {self.refused} of {self.refused + self.compared} feeds, so "
            f"that {self.compared} were compared; the first: {self.cause}"
        )


Warned = ReferenceDisagrees | ReferenceRefuses

KINDS: tuple[type[Warned], ...] = (ReferenceDisagrees, ReferenceRefuses)
"""In the order in which they are told."""
