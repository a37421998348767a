"""What a cell is, as a hash of what its case declares: the same on every machine."""

import hashlib
import json
from dataclasses import asdict

from parity.case import Case
from parity.gate.cell import Cell
from parity.model.hashes import sha256
from parity.processes.interpreter import label


def identity(cell: Cell) -> str:
    """The hexadecimal SHA-256 of a cell.

    Of the case's name, its reference and candidate as they are declared, and the cell's opset,
    precision, inputs, engine and environment. No folder is in it, nor what a model's files hold,
    nor a tolerance: a cell stays in its shard while those change.
    """
    case = cell.case
    declared = {
        "case": case.name,
        "reference": asdict(case.reference),
        "candidate": case.candidate,
        "keep": list(cell.keep),
        "opset": cell.opset,
        "precision": cell.precision,
        "inputs": asdict(cell.inputs),
        "engine": cell.engine,
        "environment": None if cell.environment is None else label(cell.environment),
    }
    return of_text(json.dumps(declared, sort_keys=True, ensure_ascii=False))


def of_text(text: str) -> str:
    """The same of what never became a cell, by its name."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def of_case(case: Case) -> str:
    """The hexadecimal SHA-256 of a case's text and golden: what a verdict of it was held against.

    Raises ModelError for a file that can't be read.
    """
    files = [case.folder / "case.toml"]
    if case.golden is not None and (case.folder / case.golden).is_file():
        files.append(case.folder / case.golden)
    return of_text("\n".join(sha256(file) for file in files))
