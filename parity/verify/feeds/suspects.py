"""Have the values fed for certain at which the two models may differ, by what their files say.

Ids whose rows of a table are stored differently, and values that one of the graphs treats
apart (``where(ids == 1234, …)``, an age in a bucket); no draw of a few hundred among 40,000
would hit those.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from parity.inputs.numbers.values import UNSAID
from parity.model.artifact import Artifact
from parity.model.numbers import held_against, turning
from parity.model.rules.thresholds import ascending
from parity.model.spec import (
    Columns,
    Domain,
    PositionIds,
    SegmentIds,
    Signature,
    TensorSpec,
    TokenIds,
    Values,
)
from parity.model.tables import Unequal, unequal_rows
from parity.verify.request import Request

MOST = 256
"""Of more rows than this, so many from all over: a table that differs at large shows anywhere."""


@dataclass(frozen=True)
class Suspects:
    """What is to be fed for certain.

    signature: the reference's, with suspects in its domains. unequal: by input the rows that
    differ, and of those the ones that were put there; what was really fed is for ``Fed`` to say.
    notes: a line for each input of floats that holds such numbers.
    """

    signature: Signature
    unequal: tuple[tuple[str, Unequal, NDArray[np.int64]], ...] = ()
    notes: tuple[str, ...] = ()


def suspects(request: Request, inferred: Signature) -> Suspects:
    """Raises ModelError if a model's files are damaged."""
    unequal: list[tuple[str, Unequal, NDArray[np.int64]]] = []
    notes: list[str] = []
    inputs = tuple(
        _with_thresholds(request, _with_suspects(request, spec, unequal), inferred.said, notes)
        for spec in inferred.inputs
    )
    return Suspects(replace(inferred, inputs=inputs), tuple(unequal), tuple(notes))


def _with_thresholds(
    request: Request, spec: TensorSpec, said: Collection[str], notes: list[str]
) -> TensorSpec:
    """A float input with the numbers that either graph holds it against; where a person has said
    the range, or the graph shows it, those of the range.
    """
    domain = spec.domain or UNSAID
    if not isinstance(domain, Values) or not spec.dtype.startswith(("float", "bfloat")):
        return spec
    sides = (request.reference.model, request.candidate.model)
    found = {t for side in sides for t in held_against(side, spec.name)}
    near = {value for threshold in found for value in threshold.near()}
    missing = {value for value in near if math.isnan(value)}  # whatever range somebody says
    near -= missing
    if spec.name in said or not (domain == UNSAID or domain.guessed):
        near = {value for value in near if domain.low <= value <= domain.high}
    elif domain.guessed:  # what is never 0 or below
        near = {value for value in near if value > 0}
    if domain.whole:
        near = {float(round(value)) for value in near}
        near = {value for value in near if domain.low <= value <= domain.high}
    if missing:
        notes.append(f"{spec.name}: the graph asks whether it is NaN, which is fed, too")
    if near:
        values = sorted({t.value for t in found if not math.isnan(t.value)})
        shown = ", ".join(f"{v:g}" for v in values[:6]) + (", …" if len(values) > 6 else "")
        held = f"{spec.name}: the graph holds it against {shown}; numbers around each are fed"
        notes.append(held)
    points = tuple(ascending((*near, *missing, *domain.points)))
    return replace(spec, domain=replace(domain, points=points)) if near or missing else spec


def _with_suspects(
    request: Request, spec: TensorSpec, unequal: list[tuple[str, Unequal, NDArray[np.int64]]]
) -> TensorSpec:
    domain = spec.domain
    if domain is None or not _indexes(spec):
        return spec
    reference, candidate = request.reference.model, request.candidate.model
    for found in unequal_rows(reference, candidate, spec.name):
        inside = found.ids[_inside(domain, found)]
        if inside.size:
            at = np.linspace(0, len(inside) - 1, min(MOST, len(inside))).astype(np.int64)
            unequal.append((spec.name, replace(found, ids=inside), inside[at]))
    turns = _turns(reference, spec.name) | _turns(candidate, spec.name)
    by_column = {u.column: chosen for name, u, chosen in unequal if name == spec.name}
    return replace(spec, domain=_with(domain, by_column, turns))


def _indexes(spec: TensorSpec) -> bool:
    """Whether an input may hold indices at all."""
    if isinstance(spec.domain, Values):
        return spec.domain.whole or spec.dtype.startswith(("int", "uint"))
    return isinstance(spec.domain, TokenIds | SegmentIds | PositionIds | Columns)


def _turns(model: Artifact, name: str) -> set[int]:
    return set(turning(model, name))


def _inside(domain: Domain, found: Unequal) -> NDArray[np.bool_]:
    """Which ids the input takes at all."""
    match domain:
        case TokenIds(vocabulary=bound, lowest=low):
            return np.asarray((found.ids >= low) & (found.ids < bound))
        case Columns(of=of) if found.column is not None:
            values = of[found.column]
            return np.asarray((found.ids >= values.low) & (found.ids <= values.high))
        case Values(low=least, high=most):
            return np.asarray((found.ids >= least) & (found.ids <= most))
    return np.ones(len(found.ids), bool)


def _with(
    domain: Domain, by_column: dict[int | None, NDArray[np.int64]], turns: set[int]
) -> Domain:
    everywhere = set(by_column.get(None, np.empty(0, np.int64)).tolist())

    def points(values: Values, column: int | None) -> Values:
        more = set(by_column.get(column, np.empty(0, np.int64)).tolist()) | everywhere | turns
        inside = {float(v) for v in more if values.low <= v <= values.high}
        return replace(values, points=tuple(sorted(inside | set(values.points))))

    match domain:
        case TokenIds(vocabulary=bound, lowest=low):
            inside = tuple(sorted(i for i in everywhere | turns if low <= i < bound))
            return replace(domain, suspects=inside)
        case Values() if by_column or turns:
            return points(domain, None)
        case Columns(of=of):
            return replace(domain, of=tuple(points(v, column) for column, v in enumerate(of)))
    return domain
