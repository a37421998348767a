"""A case: one row of the gate, as data. ``golden/<case>/case.toml``.

docs/cases.md describes every key. Unknown keys are errors with their line.
"""

from pathlib import Path

from parity.case import _tables
from parity.case._exporter import exported_by
from parity.case._row import (
    FILE,
    OPSETS,
    PRECISIONS,
    Allowance,
    Case,
    Inputs,
    Limits,
    Source,
    Xfail,
)
from parity.case._tables import CONFIDENCE, TIES
from parity.case._tokenizers import tokenizers
from parity.closed import File
from parity.errors import CaseError
from parity.plugins import unknown
from parity.shown import shown

__all__ = [
    "CONFIDENCE", "FILE", "OPSETS", "PRECISIONS", "TABLES", "TIES", "Allowance", "Case",
    "Inputs", "Limits", "Source", "Xfail", "files", "find", "in_folder", "is_meant", "load",
]  # fmt: skip


def is_meant(name: str) -> bool:
    """Whether a file's name is that of a case, in whatever capitals: a wrong one is told."""
    return name.casefold() == FILE


def in_folder(folder: Path) -> Path | None:
    """The file of the case in a folder, if it is one; a rightly named one before others."""
    if (folder / FILE).is_file():
        return folder / FILE
    found = sorted(path for path in folder.glob("*.*") if is_meant(path.name) and path.is_file())
    return found[0] if found else None


def files(root: Path) -> list[Path]:
    """Files of the cases in the folders of a root."""
    return [path for folder in sorted(root.glob("*/")) if (path := in_folder(folder))]


TABLES = (
    "reference", "candidate", "engines", "inputs", "task", "tolerance", "accepted", "limits",
    "tokenizers",
)  # fmt: skip


def _is_beside(golden: str) -> bool:
    """Whether a golden lies where a review and the gate look for what waits to become it."""
    return Path(golden).name == golden and golden.endswith(".json") and golden != ".json"


def load(folder: Path) -> Case:
    """Read and check a case. Raises CaseError with file, line, and what to do."""
    path = in_folder(folder) or folder / FILE if folder.is_dir() else folder
    if path.name != FILE and is_meant(path.name):
        raise CaseError(f"{shown(path)}: a case's file is named {FILE}; rename it")
    root = File(path).root()
    summary = root.need("summary", str)
    golden, golden_batch = root.maybe("golden", str), root.get("golden_batch", int, 1)
    precisions = _tables.precisions(root)
    tables = {name: root.table(name) for name in TABLES}
    expected = list(root.tables("xfail"))
    # A misspelt table is told before what is missing for want of it.
    root.finish()
    opset_said = "opset" in tables["candidate"]
    by = exported_by(tables["candidate"])
    candidate, opset, upgrades, keep, texts = _tables.candidate(tables["candidate"], precisions)
    inputs = _tables.inputs(tables["inputs"])
    task = _tables.task(tables["task"])
    if golden_batch < 1:
        raise root.error("golden_batch", f"must be at least 1, not {golden_batch}")
    if golden is not None and (not golden or task is None):
        raise root.error(
            "golden", "needs a file's name and a [task] that says what its answers are"
        )
    if golden is not None and not _is_beside(golden):
        raise root.error(
            "golden", f"must be the name of a .json file beside case.toml, not {shown(golden)}"
        )
    if golden is not None and len({i.max_length for i in inputs}) > 1:
        raise root.error("golden", "needs one max_length in all inputs: its texts are cut there")
    engines, environments = _tables.engines(tables["engines"], path.parent)
    return Case(
        name=path.resolve().parent.name,
        folder=path.parent,
        summary=summary,
        reference=_tables.source(tables["reference"]),
        golden=golden,
        golden_batch=golden_batch,
        precisions=precisions,
        candidate=candidate,
        opset=opset,
        upgrades=upgrades,
        keep=keep,
        texts=texts,
        by=by,
        engines=engines,
        environments=environments,
        inputs=inputs,
        task=task,
        accepted=_tables.accepted(tables["accepted"]),
        allowances=_tables.allowances(tables["tolerance"]),
        limits=_tables.limits(tables["limits"], precisions),
        tokenizers=tokenizers(tables["tokenizers"], path.parent),
        xfail=tuple(_tables.xfail(t, precisions, [i.name for i in inputs]) for t in expected),
        opset_said=opset_said,
    )


MODELS = (".onnx", ".json", ".pdmodel", ".pdiparams")
"""Ends of a model's files."""


def find(name: str, roots: tuple[Path, ...]) -> Case:
    """A case by folder, by its file, or by name under one of the roots.

    Raises CaseError, listing the cases that there are.
    """
    for folder in (Path(name), *(root / name for root in roots)):
        if in_folder(folder) or (is_meant(folder.name) and folder.is_file()):
            return load(folder)
    known = [path.parent.name for root in roots for path in sorted(root.glob(f"*/{FILE}"))]
    model = name.startswith("zoo:") or (Path(name).suffix in MODELS and Path(name).exists())
    hint = "; a model, which parity check takes and parity new makes a case of" if model else ""
    raise CaseError(f"{unknown('case', name, known)}{hint}")
