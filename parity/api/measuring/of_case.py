"""What is asked of a case where one of its cells is measured, and no verdict of the gate."""

from pathlib import Path

from parity.api.options import AnyPath
from parity.errors import CaseError
from parity.gate import models, run
from parity.gate.cell import Cell
from parity.gate.cells import cells
from parity.gate.run import Settings
from parity.target import find_case
from parity.verify.request import Effort, Request


def asked(
    name: AnyPath,
    folder: AnyPath | None,
    effort: Effort | None = None,
    *,
    precision: str | None = None,
    opset: int | None = None,
    examples: int | None = None,
    timeout_s: float = 120.0,
) -> tuple[Request, Cell]:
    """The first cell of a case, FP32 where it has one, as the gate asks for it.

    folder: of models that users bring. precision, opset: of the cell. examples: in place of the
    case's. Raises CaseError for a case that is wrong or has no such cell.
    """
    case = find_case(name)
    found = sorted(
        cells(
            case, opsets=() if opset is None else (opset,),
            precisions=() if precision is None else (precision,), engine=None,
        ),
        key=lambda cell: cell.precision != "fp32",
    )  # fmt: skip
    if not found:
        raise CaseError(f"{case.name}: has no such cell")
    roots = models.Roots.of(None if folder is None else Path(folder))
    settings = Settings(roots, effort or Effort(), examples=examples, timeout_s=timeout_s)
    reference = models.reference(case, roots)
    made, _ = run.made(found[0], reference, settings)
    return run.asked(found[0], reference, made, settings), found[0]
