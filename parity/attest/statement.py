"""What a record states of a gate: an in-toto Statement with the predicate test-result.

Its subjects are the files of every candidate by SHA-256: those that a release may ship. What
decided the verdict stands in ``configuration``, each a resource descriptor.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from parity.errors import RecordError
from parity.records.gate import GateRecord
from parity.report.gated.document import digest
from parity.report.matrix import Row

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"


def statement(record: GateRecord, *, allow_failed: bool = False) -> dict[str, Any]:
    """The statement of a gate.

    allow_failed: also of one that was partial or failed, which it then says.
    Raises RecordError for a part, for one that is partial or failed, or names no model's files.
    """
    if record.shard is not None:
        raise RecordError(
            f"{record.path}: is part {record.shard} of a gate; put it together with `parity merge`"
        )
    reason = unfit(record)
    if reason and not allow_failed:
        raise RecordError(f"{record.path}: {reason}")
    subjects = _subjects(record)
    if not subjects:
        raise RecordError(f"{record.path}: no cell names the files of a candidate")
    good = [row for row in record.rows if row not in record.bad and row.status != "not run"]
    warned = [row for row in good if row.status != "passed" or row.document.get("warnings")]
    passed = [row for row in good if row not in warned]
    failed = [row for row in record.rows if row not in good]
    document = record.document
    return {
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": {
            "result": "FAILED" if reason else "WARNED" if warned else "PASSED",
            "configuration": list(_configuration(record)),
            "passedTests": [str(row.document["cell"]) for row in passed],
            "warnedTests": [str(row.document["cell"]) for row in warned],
            "failedTests": [str(row.document["cell"]) for row in failed],
            "parity_partial": document["partial"],
            "parity_reason": reason,
            "parity_finished": document["finished"],
            "parity_figures": [figures for row in record.rows if (figures := _figures(row))],
            "parity_subjects": _of_cells(record),
        },
    }


def unfit(record: GateRecord) -> str:
    """Why a gate is nothing to release on; "" if it is."""
    if record.document["partial"]:
        return "is partial: it was interrupted, so it holds no verdict"
    if record.bad:
        names = ", ".join(f"{row.document['cell']} ({row.status})" for row in record.bad[:3])
        more = f" and {len(record.bad) - 3} more" if len(record.bad) > 3 else ""
        return f"the gate failed: {names}{more}"
    if not record.elements:
        return "the gate compared nothing"
    if not record.document["passed"]:
        return "the gate failed"
    left_out = record.document["selection"].get("left_out", [])
    if left_out:
        count = len(left_out) + len(record.document["selection"]["cells"])
        return (
            f"is of a selection: {len(left_out)} of {count} cells were left out, as by -k: "
            f"{', '.join(left_out[:3])}"
        )
    return ""


def _run_of(record: GateRecord) -> Mapping[str, dict[str, Any]]:
    """The result of each cell, its own or that of the cell whose graph it shares."""
    own = {row.document["cell"]: row.document["result"] for row in record.rows}
    made = {}
    for row in record.rows:
        result = own[row.document["cell"]] or own.get(row.document.get("same_as"))
        if result is not None:
            made[row.document["cell"]] = result
    return made


def _of_cells(record: GateRecord) -> dict[str, list[str]]:
    """SHA-256 of every file of each cell's candidate."""
    return {
        cell: sorted(_candidate(record.path, result).values())
        for cell, result in _run_of(record).items()
    }


def _subjects(record: GateRecord) -> list[dict[str, Any]]:
    named: dict[str, str] = {}
    for result in _run_of(record).values():
        for path, found in _candidate(record.path, result).items():
            named.setdefault(found, Path(path).name)
    return [
        {"name": name, "digest": {"sha256": found}} for found, name in sorted(named.items())
    ]  # fmt: skip


def _candidate(path: Path, result: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of the candidate's files, by path: the graph, and what lies outside of it."""
    hashes, side = result["environment"]["hashes"], result["candidate"]
    if "files" not in side:
        raise RecordError(f"{path}: doesn't say which files a candidate has; write it anew")
    for file in side["files"]:
        if file not in hashes:
            raise RecordError(f"{path}: doesn't say the SHA-256 of {file}")
    return {file: hashes[file] for file in side["files"]}


def _configuration(record: GateRecord) -> Iterator[dict[str, Any]]:
    document = record.document
    selection = document["selection"]
    yield {"name": "gate", "digest": {"sha256": document["digest"]}}
    for name, found in selection["cases"].items():
        yield {"name": f"case {name}", "digest": {"sha256": found}}
    others: dict[tuple[str, str], str] = {}
    for result in _run_of(record).values():
        own, of = _candidate(record.path, result), result["reference"].get("files", ())
        for path, found in result["environment"]["hashes"].items():
            if path not in own:
                others["reference" if path in of else "tokenizer", path] = found
    for (role, path), found in sorted(others.items()):
        yield {"name": f"{role} {Path(path).name}", "digest": {"sha256": found}}
    whole = {
        "environment": document["environment"], "profile": document["profile"],
        "seed": document["seed"], "settings": document["settings"], "asked": selection["asked"],
        "commit": selection["commit"], "made_by": document["made_by"],
        "cells": selection["cells"],
    }  # fmt: skip
    yield {"name": "run", "digest": {"sha256": digest(whole)}, "annotations": whole}


def _figures(row: Row) -> dict[str, Any] | None:
    result = row.document["result"]
    if result is None:
        return None
    outputs = result.get("outputs") or [{}]
    worst = outputs[0].get("worst") or {}
    return {
        "cell": row.document["cell"],
        "elements": result["elements"],
        "max_abs": (result["worst"] or {}).get("max_abs"),
        "allowed": worst.get("allowed"),
        "seed": result["effort"]["seed"],
    }
