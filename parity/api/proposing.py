"""Propose tolerances for a case."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from parity.api.options import AnyPath
from parity.case import Case
from parity.errors import CaseError
from parity.gate import models
from parity.gate.cell import Cell
from parity.gate.cells import none_of
from parity.gate.models import Roots
from parity.gate.run import Settings, asked, made
from parity.proposing.measure import seen
from parity.proposing.propose import Proposal, propose
from parity.proposing.write import write
from parity.verify.request import Effort


def proposals(
    case: Case, *, precisions: Sequence[str], models_root: AnyPath | None,
    say: Callable[[str], None],
) -> list[Proposal]:  # fmt: skip
    """One for each precision of the case, or those named. Raises ParityError."""
    settings = Settings(Roots.of(None if models_root is None else Path(models_root)), Effort())
    chosen = [p for p in case.precisions if not precisions or p in precisions]
    if not chosen:
        raise CaseError(none_of(case, precisions=precisions))
    reference = models.reference(case, settings.roots)
    found = []
    for precision in chosen:
        cell = Cell(case, case.opset, precision, case.inputs[0])
        candidate, _ = made(cell, reference, settings)
        question = replace(asked(cell, reference, candidate, settings), strict=False)

        def tell(line: str, of: str = precision) -> None:
            say(f"{of} {line}")

        found.append(propose(case, precision, seen(question, tell)))
    return found


def keep(case: Case, found: Sequence[Proposal]) -> None:
    """Write them into the case. Raises CaseError where one was refused: then none is written."""
    refused = [p for p in found if p.refused]
    if refused:
        why = f"{refused[0].precision}: {refused[0].refused}"
        raise CaseError(f"{case.name}: nothing is written: {why}")
    write(case, {p.precision: (p.keys, comment(p)) for p in found})


def comment(found: Proposal) -> str:
    """Where the numbers are from, for whoever reads the case."""
    worst = found.quantiles[3]
    return (
        f"Proposed by parity calibrate: {found.seen.feeds} feeds, the worst off by {worst:.2g} of "
        f"the largest; {len(found.seen.flips)} of {found.seen.answers} answers flipped."
    )
