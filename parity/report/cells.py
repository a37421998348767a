"""The cells of one case as the document of ``parity check CASE``, and its exit code."""

from collections.abc import Sequence
from typing import Any

from parity.gate.cell import GOOD, CellResult
from parity.report.document import document as document_of_run
from parity.report.document import failure, head


def document(
    results: Sequence[CellResult], *, partial: bool, feeds: Sequence[str | None] | None = None
) -> dict[str, Any]:
    """The cell that is worst, as ``check`` reports a model; all of them under "cells".

    feeds: file with each cell's smallest failing feed, from the document's folder.
    """
    cells = []
    for result, feed in zip(results, feeds or [None] * len(results), strict=True):
        if result.result is None:
            told = failure(result.reason)
        else:
            told = document_of_run(result.result, result.explanation, feed=feed)
        cells.append({"cell": result.cell.name, "status": result.status, "reason": result.reason,
                      "same_as": result.same_as, **told})  # fmt: skip
    came_to = code(results)
    order = {0: ("passed",), 1: ("failed", "xpassed"), 2: ("error", "not run")}[came_to]
    worst = next((c for c in cells if c["status"] in order), cells[0])
    whole = {k: v for k, v in worst.items() if k not in ("cell", "status", "same_as")}
    verdict = {0: "error" if partial else "parity", 1: "differs", 2: "error"}[came_to]
    return {
        **head(),
        **whole,
        "verdict": verdict,
        "passed": came_to == 0 and not partial,
        "partial": partial,
        "examples": sum(c["examples"] for c in cells),
        "elements": sum(c["elements"] for c in cells),
        "case": results[0].cell.case.name,
        "cells": cells,
    }


def code(results: Sequence[CellResult]) -> int:
    """1 if some cell didn't come out as the case expects; else 2 if some could not run; else 0."""
    statuses = {result.status for result in results}
    if statuses & {"failed", "xpassed"}:
        return 1
    return 0 if statuses <= set(GOOD) else 2
