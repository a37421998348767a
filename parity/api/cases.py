"""Cases: one row of the gate each, run over its cells."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity.api.machines.run import ran
from parity.api.options import AnyPath
from parity.api.result import DiffersError
from parity.api.settled import OF_CASE, settled
from parity.api.typed import typed
from parity.api.watching import Watching, watching
from parity.case import Case
from parity.errors import CaseError
from parity.gate.cell import GOOD, Cell
from parity.gate.cell import CellResult as CellResult
from parity.gate.cells import cells, none_of, opset_range
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.settings import Setting, held, holding, line
from parity.shown import shown
from parity.target import find_case
from parity.verify.request import Effort

if TYPE_CHECKING:
    from rich.table import Table

OPSETS = "7-16"
"""Of a matrix, unless others are asked for: what every exporter of the guides takes."""


@dataclass(frozen=True)
class Cells(ABC):
    """What the cells of a case came to.

    results: in order. ended_by: the signal that ended the run before its end. of: how many cells
    there were to run. require_all: whether a cell that can't be run is a failure. settings: what
    was taken from a project's file.

    True in a condition if and only if it passed.
    """

    results: tuple[CellResult, ...]
    ended_by: int | None
    of: int
    require_all: bool = False
    settings: tuple[Setting, ...] = field(default_factory=held)

    @property
    def case(self) -> Case:
        """Whose cells they are."""
        return self.results[0].cell.case

    @property
    def partial(self) -> bool:
        """Whether the run was ended early."""
        return self.ended_by is not None

    def __bool__(self) -> bool:
        return self.passed

    @property
    @abstractmethod
    def passed(self) -> bool:
        """Whether every cell came out as the case expects."""

    @property
    def bad(self) -> tuple[CellResult, ...]:
        """The cells that hold a release back."""
        fine = (*GOOD, *(() if self.require_all else ("not run",)))
        return tuple(r for r in self.results if r.status not in fine)

    def __repr__(self) -> str:
        told = ", ".join(f"{shown(r.cell.name)}: {r.status}" for r in self.results)
        return f"<parity.{type(self).__name__} {told}>"

    def raise_for_findings(self) -> None:
        """Raise DiffersError, which names the cells that are in the way, unless it passed."""
        if not self.passed:
            told = [f"{r.cell.name}: {r.status}: {r.reason}" for r in self.bad or self.results]
            ended = ["ended early"] if self.partial else []
            raise DiffersError("\n".join([*told, *ended]), self)

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """The JSON document of the command."""

    def to_json(self) -> str:
        """What the command's ``--json`` writes."""
        from parity.report.document import dumps

        return dumps(self.to_dict())

    def table(self) -> "Table":
        """For a terminal, by Rich."""
        from parity.report.matrix import table

        return table(self.results)

    def __rich__(self) -> "Table":
        return self.table()

    def __str__(self) -> str:
        from parity.report import matrix

        told = [f"{r.cell.name}: {r.status}" for r in self.results if not r.reason]
        told = [*(f"settings  {one}" for one in line(self.settings)), *told]
        return "\n".join([*told, *matrix.reasons(self.results), matrix.totals(self.results)])

    def _repr_html_(self) -> str:
        from parity.report.matrix import COLUMNS, rows, totals
        from parity.shown import html

        lines = "".join(
            f"<tr>{''.join(f'<td>{html(cell)}</td>' for cell in row.cells)}"
            f"<td>{html(row.reason)}</td></tr>"
            for row in rows(self.results)
        )
        head = "".join(f"<th>{html(name)}</th>" for name in (*COLUMNS, "why"))
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
            f"<div>{html(totals(self.results))}</div>"
        )


class CaseChecked(Cells):
    """A case at its own opset and precisions."""

    @property
    def code(self) -> int:
        """1 if some cell didn't come out as the case expects; else 2 if some could not run."""
        from parity.report.cells import code

        return code(self.results)

    @property
    def passed(self) -> bool:
        """Whether every cell came out as the case expects."""
        return self.code == 0 and not self.partial

    def to_dict(self, *, feeds: Sequence[str | None] | None = None) -> dict[str, Any]:
        """The JSON document of ``parity check CASE --json``.

        feeds: files with the smallest failing feeds, one for each cell, for the document to name.
        """
        from parity.report.cells import document

        with holding(self.settings):
            return document(self.results, partial=self.partial, feeds=feeds)

    def to_json(self, *, feeds: Sequence[str | None] | None = None) -> str:
        """What ``parity check CASE --json`` writes. feeds: as in `to_dict`."""
        from parity.report.document import dumps

        return dumps(self.to_dict(feeds=feeds))


class Matrix(Cells):
    """A case over opsets and precisions."""

    @property
    def passed(self) -> bool:
        """Whether a release may go through: something was compared, and nothing is wrong."""
        from parity.report.matrix import good

        return good(self.results, require_all=self.require_all) and not self.partial

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of ``parity matrix --json``."""
        from parity.report.matrix import documents

        return documents(self.results, require_all=self.require_all, partial=self.partial)

    def to_markdown(self) -> str:
        """The table, as ``parity matrix --markdown`` writes it."""
        from parity.report.matrix import markdown

        return markdown(self.results)


@typed
def load_case(name: AnyPath) -> Case:
    """A case by its folder, file, or name under golden/. Raises CaseError, with file and line."""
    return find_case(name)


@typed
@settled(OF_CASE)
def check_case(
    case: AnyPath | Case,
    *,
    precision: str | None = None,
    opset: int | None = None,
    engine: str | None = None,
    max_examples: int | None = None,
    seed: int = 0,
    budget_s: float | None = None,
    shrink_budget_s: float = 60.0,
    explain_budget_s: float = 20.0,
    timeout_s: float = 120.0,
    models: AnyPath | None = None,
    database: AnyPath | None = None,
    strict: bool = False,
    progress: bool | Watching = False,
) -> CaseChecked:
    """Run the cells of a case. What None leaves open, the case decides.

    case: as `load_case` takes it, or what that gives. engine: of the candidates. models: folder of
    models that users bring; None is ``$PARITY_MODELS``. The others are as in `check`; a project's
    file says of them what isn't said here.

    Raises CaseError for a case that is wrong, or has no cell at this opset and precision.
    """
    from parity.api.asked import database as database_of

    precisions = () if precision is None else (precision,)
    opsets = () if opset is None else (opset,)
    settings = Settings(
        _roots(models),
        Effort(100, budget_s, shrink_budget_s, seed),
        examples=max_examples,
        database=database_of(database),
        strict=strict,
        timeout_s=timeout_s,
        explain_s=explain_budget_s,
    )
    chosen = _cells(case, opsets, precisions, engine)
    results, ended_by = ran(chosen, settings, watching(progress))
    return CaseChecked(results, ended_by, len(chosen))


@typed
def matrix(
    case: AnyPath | Case,
    *,
    opsets: str | Iterable[int] = OPSETS,
    precisions: Iterable[str] = (),
    engine: str | None = None,
    candidate_envs: Iterable[AnyPath] = (),
    exporters: Iterable[str] = (),
    max_examples: int | None = None,
    seed: int = 0,
    models: AnyPath | None = None,
    strict: bool = False,
    require_all: bool = False,
    on: str | None = None,
    progress: bool | Watching = False,
) -> Matrix:
    """Run a case at every opset and precision.

    opsets: numbers, or a text such as "7-16" or "11,13". precisions: none for those of the case.
    candidate_envs: venvs, or pythons, that the candidates run in, each a column.
    exporters: by name, that make the candidates, in place of the case's own; each a cell.
    require_all: a cell that can't be run is a failure. on: a fleet, as ``dask:tcp://HOST:PORT``,
    whose workers run the cells; None for this machine. The others are as in `check_case`.

    Raises UsageError and CaseError as that does.
    """
    from parity.api.asked import environment_path

    wanted = opset_range(opsets if isinstance(opsets, str) else ",".join(map(str, opsets)))
    where = [environment_path(path) for path in candidate_envs]
    chosen = _cells(case, wanted, tuple(precisions), engine, where, tuple(exporters))
    settings = Settings(_roots(models), Effort(seed=seed), examples=max_examples, strict=strict)
    results, ended_by = ran(chosen, settings, watching(progress), tell=True, on=on)
    return Matrix(results, ended_by, len(chosen), require_all)


def _cells(
    case: AnyPath | Case,
    opsets: Sequence[int],
    precisions: Sequence[str],
    engine: str | None,
    environments: Sequence[Path] = (),
    exporters: Sequence[str] = (),
) -> list[Cell]:
    found = case if isinstance(case, Case) else load_case(case)
    chosen = list(cells(
        found, opsets=opsets, precisions=precisions, engine=engine,
        environments=environments or (None,), exporters=exporters or (None,),
    ))  # fmt: skip
    if not chosen:
        raise CaseError(none_of(found, precisions=precisions))
    return chosen


def _roots(models: AnyPath | None) -> Roots:
    return Roots.of(None if models is None else Path(models))
