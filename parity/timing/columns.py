"""Which columns a case or a pair of models has."""

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import replace

from parity.case import Case
from parity.errors import CaseError, UsageError
from parity.exports.derive import Derived
from parity.gate import models
from parity.gate.cell import Cell
from parity.gate.run import Settings, made, request
from parity.model.artifact import Artifact
from parity.plugins import load, names, unknown
from parity.timing.column import CANDIDATE, REFERENCE, Column
from parity.verify.request import Request, Side, computing

BESIDE = "beside"
_OPENVINO = "openvino"


def of_case(
    case: Case, settings: Settings, *, precisions: Sequence[str], engines: Sequence[str],
    threads: int,
) -> tuple[Request, list[Column]]:  # fmt: skip
    """What the case is asked with, and its columns, the reference first.

    precisions, engines: () for those of the case, and all that are here. Raises ParityError where
    a model isn't there or can't be made.
    """
    chosen = [p for p in case.precisions if not precisions or p in precisions]
    if not chosen:
        listed = ", ".join(case.precisions)
        raise CaseError(
            f"{case.name}: has no precision {', '.join(precisions)}; there are: {listed}"
        )
    reference = models.reference(case, settings.roots)
    asked: Request | None = None
    columns: list[Column] = []
    for precision in chosen:
        cell = Cell(case, case.opset, precision, case.inputs[0])
        candidate, derived = made(cell, reference, settings)
        one = request(cell, reference, candidate, settings)
        if asked is None:
            asked = one
            columns += _references(one, threads)
        columns += _candidates(one, precision, engines, threads, derived)
    if asked is None:
        raise CaseError(f"{case.name}: has no candidate")
    return asked, columns


def of_pair(asked: Request, *, engines: Sequence[str], threads: int) -> list[Column]:
    """The columns of two models, the reference first."""
    return [
        *_references(asked, threads),
        *_candidates(asked, asked.precision, engines, threads, None),
    ]


def _references(asked: Request, threads: int) -> Iterator[Column]:
    """The reference as it is deployed, and, of Paddle's, with its plain kernels beside it."""
    side = asked.reference
    told = f"{side.engine}, the reference"
    onednn = side.options.get("onednn", True)
    if side.engine == "paddle":
        told = "paddle oneDNN" if onednn else "paddle plain"
    yield _column(told, REFERENCE, "fp32", side, threads)
    if side.engine == "paddle" and onednn and side.options.get("device", "cpu") == "cpu":
        plain = replace(side, options={**side.options, "onednn": False})
        yield _column("paddle plain", BESIDE, "fp32", plain, threads)


def _candidates(
    asked: Request, precision: str, engines: Sequence[str], threads: int, derived: Derived | None
) -> Iterator[Column]:
    side = asked.candidate
    for name in engines or (side.engine, *_others(side)):
        if name not in names("engines"):
            raise UsageError(unknown("engine", name, names("engines")))
        formats = getattr(load("engines", name), "FORMATS", (side.model.format,))
        if side.model.format not in formats:
            raise UsageError(f"engine {name} reads {', '.join(formats)}, not {side.model.format}")
        role = CANDIDATE if name == side.engine or engines else BESIDE
        one = side if name == side.engine else replace(side, engine=name, options={})
        one = computing(one, precision, named=True)
        coverage = derived.coverage if derived else ""
        yield _column(name, role, precision, one, threads, coverage)


def _others(side: Side) -> list[str]:
    """Engines beside the candidate's own that are here and read it."""
    there = importlib.util.find_spec(_OPENVINO) is not None
    return [_OPENVINO] if there and side.engine == "ort" else []


def _column(
    told: str, role: str, precision: str, side: Side, threads: int, coverage: str = ""
) -> Column:
    options = {"threads": threads, **side.options}
    if side.engine in ("ort", "paddle"):
        # As both are deployed: nothing runs beside them here.
        options = {"spinning": True, **options}
    return Column(
        f"{precision} {told}", role, precision, replace(side, options=options),
        size_of(side.model), coverage,
    )  # fmt: skip


def size_of(model: Artifact) -> int:
    """Bytes of all files of a model."""
    return sum(file.stat().st_size for file in model.files)
