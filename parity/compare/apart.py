"""Values further apart than allowed, as findings."""

from dataclasses import dataclass

from parity.compare.place import Index, place


@dataclass(frozen=True)
class _Apart:
    """Values further apart than allowed.

    index: the worst element, with both values. max_abs: their difference.
    max_rel: it over the largest magnitude of the reference (rule "max"), or
    over the expected value (rule "elementwise"). allowed: the difference that
    would just have been too much there. needed: the rtol that would have
    passed. count, elements: how many of how many differ by more than allowed.
    exact: whether these are integers or booleans, which no tolerance lets differ.
    """

    output: str
    index: Index
    expected: float
    actual: float
    max_abs: float
    max_rel: float
    allowed: float
    needed: float
    count: int
    elements: int
    exact: bool = False


@dataclass(frozen=True)
class ValuesDiffer(_Apart):
    """Values further apart than allowed."""

    def __str__(self) -> str:
        return values_line(self, "")


@dataclass(frozen=True)
class PaddingDiffers(_Apart):
    """The same, at positions that the model's own mask or lengths call padding."""

    def __str__(self) -> str:
        return values_line(self, "at padding, ")


def values_line(finding: _Apart, where: str) -> str:
    """Where, both values, off by, allowed, needed."""
    f = finding
    if f.exact:
        return (
            f"{place(f.output, f.index)}: {where}{f.actual}, expected {f.expected}; "
            f"integers must be equal; {f.count} of {f.elements} are not"
        )
    return (
        f"{place(f.output, f.index)}: {where}{f.actual:.6g}, expected {f.expected:.6g}; "
        f"off {f.max_abs:.2g}, allowed {f.allowed:.2g} "
        f"({would_pass(f)}); {f.count} of {f.elements} are off"
    )


def would_pass(finding: _Apart) -> str:
    """The tolerance at which this would have passed."""
    if finding.needed < 1:
        return f"would pass at rtol {finding.needed:.2g}"
    return "no rtol below 1 would pass"
