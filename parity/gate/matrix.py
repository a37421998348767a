"""Many cells with as little work as can be: one reference, one run a graph."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from parity.case import Case
from parity.errors import ParityError
from parity.gate import models
from parity.gate.cell import Cell, CellResult
from parity.gate.run import Settings, judge, run
from parity.interrupts import Terminated
from parity.processes.interpreter import interpreter
from parity.verify.early import number
from parity.verify.progress import Watcher, nobody
from parity.verify.reference import Reference
from parity.verify.request import Side
from parity.verify.stored import stored_reference_of


def run_all(
    cells: Sequence[Cell], settings: Settings, watch: Watcher = nobody
) -> Iterator[CellResult]:
    """Run cells, case by case.

    The reference of a case is loaded once, and runs each feed once, whatever
    the number of cells. Cells whose graphs are equal by content are run once.
    """
    for case in dict.fromkeys(cell.case.name for cell in cells):
        mine = [cell for cell in cells if cell.case.name == case]
        with ExitStack() as stack:
            reference = shared(mine[0].case, settings)
            if reference is not None:
                stack.enter_context(reference)
            seen = Seen()
            for cell in mine:
                result = seen.run(cell, settings, watch, reference)
                yield result
                if result.ended_by is not None:
                    return


def gather(results: Iterator[CellResult]) -> tuple[list[CellResult], int | None]:
    """All results, or those until a signal ended the run, and which that was.

    Raises KeyboardInterrupt or Terminated if it came before the first.
    """
    done: list[CellResult] = []
    try:
        done.extend(results)
    except (KeyboardInterrupt, Terminated) as error:
        if not done:
            raise
        return done, number(error)
    return done, done[-1].ended_by if done else None


class Seen:
    """What was run already, by what decides the outcome."""

    def __init__(self) -> None:
        self._results: dict[tuple[object, ...], CellResult] = {}

    def run(
        self, cell: Cell, settings: Settings, watch: Watcher, reference: Reference | None
    ) -> CellResult:
        """Run a cell, or say as which other it must come out."""
        derived = models.derived(cell, settings.roots)
        key = None
        if derived is not None:
            key = (derived.content, cell.precision, cell.inputs, cell.engine, cell.environment)
            known = self._results.get(key)
            if known is not None and known.result is not None:
                status, reason = judge(cell, known.result, derived)
                return CellResult(
                    cell, status, reason, known.result, derived, same_as=known.cell.name,
                    explanation=known.explanation,
                )  # fmt: skip
        result = run(cell, settings, watch, reference=reference)
        if key is not None and result.result is not None:
            self._results[key] = result
        return result


def shared(case: Case, settings: Settings) -> Reference | None:
    """The reference of all cells of a case, not loaded yet; None where there is no model.

    Its absence is then told cell by cell.
    """
    try:
        model = models.reference(case, settings.roots)
        env = case.environments.get("reference")
        other = None if env is None else interpreter(env)
    except ParityError:
        return None
    name, options = case.engines["reference"]
    side = Side(model, name or model.engine, options, other)
    return stored_reference_of(side, remember=True, run_timeout_s=settings.timeout_s)
