"""What came from the store, for a report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FromStore:
    """How many of the reference's answers came from the store, of how many.

    broken: entries that were damaged and are removed. why: why nothing is kept; "" where it is.
    unwritten: why an answer that others may want could not be put there; "" where all could.
    unread: why one could not be looked up; "" where all could.
    """

    answers: int = 0
    of: int = 0
    broken: int = 0
    why: str = ""
    unwritten: str = ""
    unread: str = ""

    def __str__(self) -> str:
        if self.why:
            return f"store: the reference's answers aren't kept: {self.why}"
        told = f"store: {self.answers:,} of {self.of:,} answers of the reference came from it"
        if self.broken:
            told = f"{told}; {self.broken} damaged entries were removed"
        if self.unread:
            told = f"{told}; not all could be looked up: {self.unread}"
        if self.unwritten and self.unwritten != self.unread:
            told = f"{told}; nothing can be put there: {self.unwritten}"
        return told


def between(before: FromStore | None, after: FromStore | None) -> FromStore | None:
    """What came between two counts of one reference; None where there is no store."""
    if before is None or after is None:
        return after
    answers, of = after.answers - before.answers, after.of - before.of
    broken = after.broken - before.broken
    return FromStore(answers, of, broken, after.why, after.unwritten, after.unread)
