"""Documents of gates as the gate writes them, without a model being run."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from parity import files
from parity.gate.identity import of_text
from parity.gate.shard import Shard
from parity.report.document import dumps
from parity.report.gated.document import gate_document
from parity.report.gated.equal import once
from parity.report.gated.row import row_of
from parity.report.matrix import Row

FINISHED = datetime(2026, 11, 26, 8, tzinfo=UTC)


def cell(
    case: str, opset: int = 13, *, status: str = "passed", off: float = 1e-6,
    content: str | None = None, hashes: Mapping[str, str] = MappingProxyType({}),
    precision: str = "fp32", warnings: Sequence[str] = (), elements: int = 100,
) -> dict[str, Any]:  # fmt: skip
    """The document of a cell that was run; "not run" and "error" have no result."""
    ran = status not in ("not run", "error")
    result = {
        "passed": status == "passed", "elements": elements, "ties": 1, "answers": 5,
        "worst": {"output": "y", "max_abs": off, "max_rel": off},
        "outputs": [{"worst": {"allowed": 1e-4}}],
        "findings": [] if status == "passed" else [{"kind": "values-differ", "message": "is off"}],
        "warnings": list(warnings), "effort": {"seed": 0},
        "environment": {"hashes": dict(hashes)}, "seconds": {"total": 1.5},
        "reference": {"model": "ref/model.json", "files": ["ref/model.json"]},
        "candidate": {"model": "cand/model.onnx", "files": ["cand/model.onnx"]},
    }  # fmt: skip
    return {
        "cell": f"{case}[opset{opset}-{precision}-short]", "case": case,
        "requested_opset": opset, "effective_opset": opset, "precision": precision,
        "inputs": "short",
        "ir_version": 8, "nodes": 3, "content": content or f"{case}{opset}{precision}",
        "coverage": "", "status": status, "reason": "" if status == "passed" else "is off",
        "same_as": None, "warnings": list(warnings), "seconds": 1.5,
        "result": result if ran else None,
    }  # fmt: skip


def gate(
    cells: Sequence[dict[str, Any]], *, shard: Shard | None = None, partial: bool = False,
    finished: datetime = FINISHED, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A gate with these cells; of a part only those that are its. more: in place of the usual."""
    ids = {c["cell"]: of_text(c["cell"]) for c in cells}
    listed = [{"cell": name, "id": ids[name]} for name in sorted(ids)]
    rows: list[Row] = [
        row_of(c) for c in cells if shard is None or shard.holds(ids[c["cell"]])
    ]  # fmt: skip
    asked = {"require_all": False, "strict": False, "opsets": []}
    of = {
        "profile": "ci", "seed": 0, "settings": [],
        "environment": {
            "versions": {"parity": "0.1.0", "onnxruntime": "1.22.0"}, "python": "CPython 3.11.7",
            "system": "Linux", "cpu": "a CPU", "cpu_flags": ["avx2", "fma"],
        },
        "shard": None if shard is None else {"index": shard.index, "count": shard.count},
        "selection": {
            "commit": "c" * 40, "asked": asked, "cases": {c["case"]: "d" * 64 for c in cells},
            "cells": listed, "left_out": [],
        },
    } | more  # fmt: skip
    return gate_document(
        once(rows), require_all=bool(asked["require_all"]), partial=partial, finished=finished,
        of=of,
    )  # fmt: skip


def save(document: dict[str, Any], path: Path) -> Path:
    """As the gate writes it."""
    files.write(path, dumps(document))
    return path
