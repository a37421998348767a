"""One cell as it is sent to a worker, and what comes back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from parity.case import load
from parity.diagnose.explain import Explanation
from parity.errors import CaseError
from parity.exports.derive import Derived
from parity.fleet.parcel import Parcel
from parity.gate.cell import Cell, CellResult, Status
from parity.gate.cells import cells
from parity.gate.identity import identity
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.verify.facts import environment
from parity.verify.result import Result

_ON_CARD = ("cuda", "tensorrt", "gpu", "rocm", "migraphx")


@dataclass(frozen=True)
class Order:
    """parcel: the case's files. cell: its identity. settings: without what is of one machine.

    versions: of the machine that asks; a worker with others isn't asked.
    """

    parcel: Parcel
    cell: str
    opset: int
    engine: str | None
    environment: Path | None
    exporter: str | None
    where: str
    settings: Settings
    versions: Mapping[str, str]

    @property
    def key(self) -> str:
        """A hash of all that decides what it comes to, the machine apart."""
        told = {
            "parcel": self.parcel.digest,
            "cell": self.cell,
            "settings": asdict(replace(self.settings, roots=Roots(), database=None)),
            "versions": dict(self.versions),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Came:
    """What a cell came to, without the cell, which is the asking machine's."""

    status: Status
    reason: str
    result: Result | None
    derived: Derived | None
    seconds: float
    explanation: Explanation | None

    @classmethod
    def of(cls, result: CellResult) -> "Came":
        """Without the cell."""
        return cls(
            result.status, result.reason, result.result, result.derived, result.seconds,
            result.explanation,
        )  # fmt: skip

    def to(self, cell: Cell) -> CellResult:
        """With the cell that was asked for."""
        return CellResult(
            cell, self.status, self.reason, self.result, self.derived, seconds=self.seconds,
            explanation=self.explanation,
        )  # fmt: skip


def order(cell: Cell, parcel: Parcel, settings: Settings) -> Order:
    """A cell as it is sent. What lies on this machine alone, as failing examples do, stays."""
    portable = replace(settings, database=None)
    return Order(
        parcel, identity(cell), cell.opset, cell.engine, cell.environment, cell.exporter,
        cell.where, portable, versions(),
    )  # fmt: skip


def cell_of(asked: Order, folder: Path) -> Cell:
    """The cell, as a worker reads it from the case's folder. Raises CaseError for another."""
    found = load(folder)
    made = (
        replace(cell, where=asked.where)
        for cell in cells(
            found, opsets=(asked.opset,), engine=asked.engine,
            environments=(asked.environment,), exporters=(asked.exporter,),
        )
    )  # fmt: skip
    for cell in made:
        if identity(cell) == asked.cell:
            return cell
    raise CaseError(f"{found.name}: this worker reads the case otherwise than who asked")


def versions() -> dict[str, str]:
    """What must be the same on all machines of a fleet."""
    return {**environment.versions(), "python": environment.python()}


def needs_card(cell: Cell) -> bool:
    """Whether one of the cell's engines runs on a graphics card."""
    told = [value for _, options in cell.case.engines.values() for value in options.values()]
    return any(str(value).lower().startswith(_ON_CARD) for value in told)
