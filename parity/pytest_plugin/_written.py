"""What a session writes: the gate's JSON, and the table as Markdown."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parity.pytest_plugin._session import Session

_ASKED = (
    *("cases", "opsets", "precisions", "engine", "examples", "budget_s", "explain_s", "blobs"),
    *("strict", "require_all"),
)
"""Of what was chosen, all that decides which cells there are and how hard each is looked at."""


def write(session: "Session") -> None:
    """Write what was asked for. Raises OutputError."""
    from parity.report import matrix, targets
    from parity.report.document import dumps

    chosen = session.chosen
    if chosen.json is not None:
        targets.write(chosen.json, dumps(_document(session)), "json")
    if chosen.markdown is not None:
        targets.write(chosen.markdown, matrix.markdown(session.rows), "markdown")


def _document(session: "Session") -> dict[str, Any]:
    from parity.gate.commit import commit
    from parity.report.gate import gate_document
    from parity.verify.facts import environment

    chosen, part = session.chosen, session.part
    name, flags = environment.cpu()
    of = {
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
        "shard": None if part.shard is None else asdict(part.shard),
        "selection": {
            "commit": commit(session.config.rootpath),
            "asked": {key: getattr(chosen, key) for key in _ASKED},
            "cases": part.cases,
            "cells": part.cells(session.account),
        },
    }
    return gate_document(
        session.rows, require_all=chosen.require_all, partial=session.partial,
        finished=datetime.now(UTC), of=of,
    )  # fmt: skip
