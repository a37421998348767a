"""Have the ids fed whose rows of the word table the two models store differently."""

from dataclasses import replace

import numpy as np

from parity.model.spec import Signature, TensorSpec, TokenIds
from parity.model.tables import unequal_rows
from parity.verify.request import Request

MOST = 256
"""Of more rows than this, so many from all over: a table that differs at large shows anywhere."""


def suspects(request: Request, inferred: Signature) -> tuple[Signature, list[str]]:
    """The signature with suspects in its domains, and a line for each table that differs.

    Raises ModelError if a model's files are damaged.
    """
    notes: list[str] = []
    inputs = tuple(_with_suspects(request, spec, notes) for spec in inferred.inputs)
    return replace(inferred, inputs=inputs), notes


def _with_suspects(request: Request, spec: TensorSpec, notes: list[str]) -> TensorSpec:
    if not isinstance(spec.domain, TokenIds):
        return spec
    rows = unequal_rows(request.reference.model, request.candidate.model, spec.name)
    rows = rows[rows < spec.domain.vocabulary]
    if not rows.size:
        return spec
    chosen = rows[np.linspace(0, len(rows) - 1, min(MOST, len(rows))).astype(np.int64)]
    fed = "all" if len(chosen) == len(rows) else f"{len(chosen)} of them"
    notes.append(
        f"{spec.name}: {len(rows):,} of {spec.domain.vocabulary:,} rows of the two word tables "
        f"differ, the first that of id {rows[0]}: {fed} fed"
    )
    return replace(spec, domain=replace(spec.domain, suspects=tuple(chosen.tolist())))
