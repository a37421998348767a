"""One cell of the gate: a case at an opset, a precision, one way of feeding."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parity.case import Case, Inputs, Xfail
from parity.diagnose.explain import Explanation
from parity.exports._by import By
from parity.exports.derive import Derived
from parity.processes.interpreter import label
from parity.verify.result import Result

Status = Literal["passed", "failed", "xfailed", "xpassed", "upgraded", "not run", "error"]

GOOD: tuple[Status, ...] = ("passed", "xfailed", "upgraded")
"""What lets a release through. "not run" does unless everything is required."""


@dataclass(frozen=True)
class Cell:
    """What is run. engine: of the candidate, None for the default of its format.

    environment: of the candidate, in place of the case's; None for that. exporter: the same, and
    without the case's options where it is another. where: what the environment is called, where
    its folder's name alone is another's as well.
    """

    case: Case
    opset: int
    precision: str
    inputs: Inputs
    engine: str | None = None
    environment: Path | None = None
    exporter: str | None = None
    where: str = ""

    @property
    def name(self) -> str:
        """A readable id: ``lac[opset13-fp32-single]``; a given file has the opset that it has."""
        made = f"opset{self.opset}" if self.case.candidate is None else "file"
        engine = f"-{self.engine}" if self.engine else ""
        by = f"-{self.exporter}" if self.exporter else ""
        where = f"-{self.column}" if self.environment else ""
        return f"{self.case.name}[{made}-{self.precision}-{self.inputs.name}{engine}{by}{where}]"

    @property
    def column(self) -> str:
        """What its environment is called; "" where it has the case's."""
        return self.where or (label(self.environment) if self.environment else "")

    @property
    def by(self) -> By:
        """The exporter of its candidate, with its options."""
        if self.exporter is None or self.exporter == self.case.by.name:
            return self.case.by
        return By(self.exporter)

    @property
    def keep(self) -> tuple[str, ...]:
        """Names of nodes that stay in FP32 in its candidate."""
        return tuple(self.case.keep.get(self.precision, ()))

    @property
    def xfail(self) -> Xfail | None:
        """The row that says that this cell must fail."""
        return next(
            (
                row
                for row in self.case.xfail
                if row.matches(
                    opset=self.opset,
                    precision=self.precision,
                    engine=self.engine or "ort",
                    inputs=self.inputs.name,
                    exporter=self.by.name,
                )
            ),
            None,
        )


@dataclass(frozen=True)
class CellResult:
    """What a cell showed.

    reason: one line: why it failed, was not run, or may fail. result: the
    verification, None where none took place. same_as: the cell whose graph is
    equal by content, and whose verdict this is. explanation: of a failed cell.
    """

    cell: Cell
    status: Status
    reason: str
    result: Result | None = None
    derived: Derived | None = None
    same_as: str | None = None
    seconds: float = 0.0
    explanation: Explanation | None = None

    @property
    def ended_by(self) -> int | None:
        """The signal that ended its run early; None if none did."""
        return self.result.ended_by if self.result else None

    @property
    def elements(self) -> int:
        """Pairs of numbers compared."""
        return self.result.verdict.elements if self.result else 0
