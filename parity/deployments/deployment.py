"""A way to deploy a model, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from parity.verify.result import Result

Model = Literal["candidate", "reference", "p2o"]
"""Whose file runs: the candidate's, the reference's own, or p2o's export of the reference."""

Status = Literal["parity", "differs", "not run"]


@dataclass(frozen=True)
class Deployment:
    """name: for people. max_batch: rows of a feed at most; None for the request's."""

    name: str
    engine: str
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    model: Model = "candidate"
    max_batch: int | None = None


@dataclass(frozen=True)
class Deployed:
    """status: "not run" where it can't run here, whatever the model; why: then in one line.

    result: None of what wasn't run.
    """

    deployment: Deployment
    status: Status
    why: str = ""
    result: Result | None = None

    @property
    def elements(self) -> int:
        """Pairs of numbers that were compared."""
        return self.result.verdict.elements if self.result else 0


def passed(rows: list[Deployed]) -> bool:
    """Whether everything that runs here agrees, and something did run."""
    ran = [row for row in rows if row.status != "not run"]
    return bool(ran) and all(row.status == "parity" and row.elements for row in ran)
