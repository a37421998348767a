"""Findings about what was not fed, though the two files differ there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RowsNotFed:
    """Rows of a table that the two files store differently, which no feed could show.

    rows: of so many in the table. differ: how many differ. fed: how many of those were in a
    compared feed. first: the first id that wasn't.
    """

    input: str
    rows: int
    differ: int
    fed: int
    first: int

    def __str__(self) -> str:
        return (
            f"{self.input}: {self.differ:,} of {self.rows:,} rows of the two tables differ, and "
            f"only {self.fed:,} of them could be fed; the first that wasn't is id {self.first}"
        )


@dataclass(frozen=True)
class UnseenDiffers:
    """What the two files hold otherwise, though no feed showed a difference.

    what: "weight" or "attribute". node: the stored tensor, or the node. line: what stands there,
    and what the reference has.
    """

    what: str
    node: str
    line: str

    def __str__(self) -> str:
        return f"{self.line}, and no feed showed it: one that does can be brought with --feeds"
