"""What a session writes: the gate's JSON, its page, and the table as Markdown."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity.pytest_plugin._options import Chosen

if TYPE_CHECKING:
    from parity.report.matrix import Row

_ASKED = (
    *("cases", "opsets", "precisions", "engine", "examples", "budget_s", "explain_s", "blobs"),
    *("strict", "require_all"),
)
"""Of what was chosen, all that decides which cells there are and how hard each is looked at."""


def write(
    chosen: Chosen, rows: "Sequence[Row]", root: Path, cells: list[dict[str, str]],
    cases: dict[str, str], *, partial: bool, left_out: Sequence[str] = (),
) -> None:  # fmt: skip
    """Write what was asked for. Raises OutputError.

    root: of the user's repository. cells: with ``id``, all that are to be run on any machine.
    cases: SHA-256 by name. left_out: cells of these cases that somebody chose not to run.
    """
    from parity.gate.commit import commit
    from parity.page.output import Output
    from parity.report import matrix, targets
    from parity.report.document import dumps
    from parity.report.gated.document import gate_document

    if chosen.json is not None or chosen.html is not None:
        selection = {
            "commit": commit(root),
            "asked": {key: getattr(chosen, key) for key in _ASKED},
            "cases": cases,
            "cells": cells,
            "left_out": list(left_out),
        }
        made = gate_document(
            rows, require_all=chosen.require_all, partial=partial, finished=datetime.now(UTC),
            of={**_of(chosen), "selection": selection},
        )  # fmt: skip
        if chosen.json is not None:
            targets.write(chosen.json, dumps(made), "json")
        with Output(chosen.html, chosen.baseline) as page:
            page.write(made)
    if chosen.markdown is not None:
        targets.write(chosen.markdown, matrix.markdown(rows), "markdown")


def _of(chosen: Chosen) -> dict[str, Any]:
    from parity.verify.facts import environment

    name, flags = environment.cpu()
    return {
        "profile": chosen.profile,
        "seed": chosen.seed,
        "settings": [asdict(setting) for setting in chosen.from_files],
        "environment": {
            "versions": environment.versions(),
            "python": environment.python(),
            "system": environment.system(),
            "cpu": name,
            "cpu_flags": list(flags),
        },
        "shard": None if chosen.shard is None else asdict(chosen.shard),
    }
