"""What came from the store, for a report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FromStore:
    """How many of the reference's answers came from the store, of how many.

    broken: entries that were damaged and are removed. why: why nothing is kept; "" where it is.
    """

    answers: int = 0
    of: int = 0
    broken: int = 0
    why: str = ""

    def __str__(self) -> str:
        if self.why:
            return f"store: the reference's answers aren't kept: {self.why}"
        told = f"store: {self.answers:,} of {self.of:,} answers of the reference came from it"
        return f"{told}; {self.broken} damaged entries were removed" if self.broken else told


def between(before: FromStore | None, after: FromStore | None) -> FromStore | None:
    """What came between two counts of one reference; None where there is no store."""
    if before is None or after is None:
        return after
    answers, of = after.answers - before.answers, after.of - before.of
    return FromStore(answers, of, after.broken - before.broken, after.why)
