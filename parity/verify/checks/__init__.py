"""What looks at one thing, beside the comparison of outputs: each check a file, each one function.

``before(asked)`` looks at the files while the engines load; ``after(ran)`` has both sides still
running, with nothing under way. Both return what is to be Said. ``every`` lists them: a new check
is a file and a line there.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parity.compare.findings import Finding
from parity.compare.warned import Warned
from parity.model.spec import Signature
from parity.verify.request import Request

if TYPE_CHECKING:
    from parity.inputs import Plan
    from parity.verify.feeds.suspects import Suspects
    from parity.verify.search import Search
    from parity.verify.sides import Sides


@dataclass(frozen=True)
class Said:
    """Findings, warnings and lines for a person."""

    findings: tuple[Finding, ...] = ()
    warnings: tuple[Warned, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: "Said") -> "Said":
        return Said(
            self.findings + other.findings,
            self.warnings + other.warnings,
            self.notes + other.notes,
        )


@dataclass(frozen=True)
class Asked:
    """What is known before anything ran. signature: the reference's."""

    request: Request
    signature: Signature


@dataclass(frozen=True)
class Ran:
    """What is known when all feeds have run.

    suspects: what was to be fed for certain. said: by the checks before this one.
    """

    request: Request
    signature: Signature
    plan: "Plan"
    sides: "Sides"
    search: "Search"
    suspects: "Suspects"
    said: Said = Said()

    @property
    def found(self) -> bool:
        """Whether there is a finding by now."""
        return bool(self.search.found.failing or self.said.findings)
