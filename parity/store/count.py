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

    def since(self, before: "FromStore") -> "FromStore":
        """What came after another count of the same reference."""
        answers, of = self.answers - before.answers, self.of - before.of
        return FromStore(answers, of, self.broken - before.broken, self.why)

    def __str__(self) -> str:
        if self.why:
            return f"store: the reference's answers aren't kept: {self.why}"
        told = f"store: {self.answers:,} of {self.of:,} answers of the reference came from it"
        return f"{told}; {self.broken} damaged entries were removed" if self.broken else told
