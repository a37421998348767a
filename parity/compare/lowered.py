"""What is found beside the comparison of outputs, above all in files of lower precision.

Tolerances of FP16 and INT8 are wide, and faults hide below them. These are found otherwise: by
the stored weights, by a file of the same making, by what the rows of a batch do to each other.
"""

from dataclasses import dataclass

from parity.compare.place import Index


@dataclass(frozen=True)
class WeightDiffers:
    """A stored weight is further from the reference's parameter than rounding to its type moves it.

    weight, dtype: of the lowered file. parameter: of the reference. index: the worst element, as
    the lowered file stores it, with both values. off, allowed: in steps of the type there.
    count, elements: how many of how many are off by more. where: the rows or columns of them.
    hint: what it looks like, if anything.
    """

    weight: str
    parameter: str
    dtype: str
    index: Index
    expected: float
    actual: float
    off: float
    allowed: float
    count: int
    elements: int
    where: str
    hint: str = ""

    def __str__(self) -> str:
        at = f"[{','.join(map(str, self.index))}]"
        hint = f"; {self.hint}" if self.hint else ""
        return (
            f"{self.weight}{at}: {self.actual:.6g}, the reference's {self.parameter} has "
            f"{self.expected:.6g}; off {self.off:.3g} steps of {self.dtype}, rounding allows "
            f"{self.allowed:.2g}; {self.count:,} of {self.elements:,} are off ({self.where}){hint}"
        )


@dataclass(frozen=True)
class WeightUnpaired:
    """A stored weight holds the numbers of no parameter of the reference, where others do.

    shape, dtype: of the weight. missing: parameters of that shape that no weight holds.
    paired: weights of the file that have a parameter.
    """

    weight: str
    dtype: str
    shape: tuple[int, ...]
    missing: tuple[str, ...]
    paired: int

    def __str__(self) -> str:
        missing = (
            f"; of that shape no weight holds {', '.join(self.missing[:3])}" if self.missing else ""
        )
        return (
            f"{self.weight}, {self.dtype} {list(self.shape)}: holds the numbers of no parameter of "
            f"the reference, and {self.paired} other weights do{missing}"
        )


@dataclass(frozen=True)
class _OnFeed:
    """output, index: the worst element. max_abs: its difference; allowed: what isn't too much."""

    output: str
    index: Index
    expected: float
    actual: float
    max_abs: float
    allowed: float
    count: int
    elements: int
    feed: str

    def _values(self) -> str:
        at = f"[{','.join(map(str, self.index))}]" if self.index else ""
        return f"{self.output}{at}: {self.actual:.6g}"

    def _off(self) -> str:
        return (
            f"off {self.max_abs:.2g}, allowed {self.allowed:.2g}; {self.count:,} of "
            f"{self.elements:,} are off ({self.feed})"
        )


@dataclass(frozen=True)
class SiblingDiffers(_OnFeed):
    """A file that is made as parity makes it answers otherwise than parity's own.

    expected: of parity's own file of this precision, or of ``beside``. feed: on which.
    """

    beside: str = "parity's own file of this precision, of the same graph"

    def __str__(self) -> str:
        return f"{self._values()}, {self.expected:.6g} from {self.beside}; {self._off()}"


@dataclass(frozen=True)
class RowDepends(_OnFeed):
    """A row's answer depends on the rows beside it, and the reference's doesn't.

    expected: of the row alone; actual: in its batch. reference: how far the reference's row, or
    that of parity's own file, moves there.
    """

    row: int = 0
    reference: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self._values()} in a batch, {self.expected:.6g} when row {self.row} is alone; "
            f"{self._off()}; the reference's moves by {self.reference:.2g}"
        )


@dataclass(frozen=True)
class RepeatDiffers(_OnFeed):
    """The same feed, twice in one process, is answered differently; expected: the first answer."""

    def __str__(self) -> str:
        return f"{self._values()} the second time, {self.expected:.6g} the first; {self._off()}"


@dataclass(frozen=True)
class InvariantBroken(_OnFeed):
    """What must hold of any model doesn't hold of this one, which was compared with itself.

    invariant: "repeat", "process", "threads", "row", "order" or "padding". expected: what was
    answered first; actual: what was answered then. max_abs: inf where nothing comparable came.
    """

    invariant: str = ""

    def __str__(self) -> str:
        if self.max_abs == float("inf") and not self.index:
            return f"{self.invariant}: {self.output}: no such answer any more ({self.feed})"
        return f"{self.invariant}: {self._values()}, {self.expected:.6g} before; {self._off()}"
