"""What the tolerance alone would have let pass. They are findings like any other."""

from dataclasses import dataclass

from parity.compare.place import Index, place


@dataclass(frozen=True)
class BeyondRounding:
    """Values within the tolerance, and far beyond what rounding does to this output.

    label: the feed. noise: by how much it moves when the weights move by an ulp. ratio: max_abs
    over noise. limit: up to which ratio it might have been rounding.
    """

    output: str
    index: Index
    expected: float
    actual: float
    max_abs: float
    allowed: float
    noise: float
    ratio: float
    limit: float

    def __str__(self) -> str:
        return (
            f"{place(self.output, self.index)}: {self.actual:.6g}, expected {self.expected:.6g}; "
            f"off {self.max_abs:.2g}, which the tolerance of {self.allowed:.2g} lets pass, and "
            f"{self.ratio:,.0f} times what rounding does to this output ({self.noise:.2g}); "
            f"up to {self.limit:g} times would be"
        )


@dataclass(frozen=True)
class NotDiscriminating:
    """An output that a worthless candidate would have passed, so that comparing it said nothing.

    null: what would have passed. spread: by how much the reference varies over the feeds.
    magnitude: its largest value. allowed: what a candidate may be off by.
    """

    output: str
    null: str
    spread: float
    magnitude: float
    allowed: float

    def __str__(self) -> str:
        figures = (
            f"the reference's largest value is {self.magnitude:.2g}"
            if self.null == "zeros"
            else f"the reference varies by {self.spread:.2g}"
        )
        return (
            f"{self.output}: {self.null} would have passed: over all feeds {figures}, and "
            f"{self.allowed:.2g} is allowed; feed what makes it vary, give a tighter tolerance, "
            "or accept the output in a case"
        )


@dataclass(frozen=True)
class ColumnDiffers:
    """Values of one column, within what the whole output may be off by, and beyond what it may.

    column, axis: which, and on which axis the columns lie. magnitude: the column's largest value
    over the feeds, of which ``allowed`` is a share. whole: that of the output.
    """

    output: str
    index: Index
    expected: float
    actual: float
    max_abs: float
    allowed: float
    column: int
    axis: int
    magnitude: float
    whole: float

    def __str__(self) -> str:
        return (
            f"{place(self.output, self.index)}: {self.actual:.6g}, expected {self.expected:.6g}; "
            f"off {self.max_abs:.2g}, allowed {self.allowed:.2g}: entry {self.column} of "
            f"axis {self.axis} is up to {self.magnitude:.2g} where others are up to "
            f"{self.whole:.2g}, and is held to its own scale"
        )
