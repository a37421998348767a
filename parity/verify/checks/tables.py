"""Rows of tables that differ between the two files: were they really fed?"""

import numpy as np
from numpy.typing import NDArray

from parity.compare.coverage import RowsNotFed
from parity.compare.findings import Finding
from parity.compare.warned import RowsSampled, Warned
from parity.inputs import index_of
from parity.model.spec import TokenIds
from parity.model.tables import Unequal
from parity.verify.checks import Ran, Said

_COUNTED = 2**22  # ids that are looked for; what is above isn't counted as fed


def after(ran: Ran) -> Said:
    """By table: those that differ and were not fed; and how much of a vocabulary was."""
    findings: list[Finding] = []
    warnings: list[Warned] = []
    notes: list[str] = []
    for name, unequal, chosen in ran.suspects.unequal:
        fed = ran.search.found.fed.held(name, unequal.ids)
        notes.append(_line(name, unequal, int(fed.sum())))
        missed = chosen[~ran.search.found.fed.held(name, chosen)]
        if missed.size:
            findings.append(_finding(name, unequal, fed, int(missed[0])))
        elif not fed.all():
            warnings.append(RowsSampled(name, unequal.rows, len(unequal.ids), int(fed.sum())))
    return Said(tuple(findings), tuple(warnings), (*notes, *_vocabularies(ran)))


def _finding(name: str, unequal: Unequal, fed: NDArray[np.bool_], first: int) -> RowsNotFed:
    shown = name if unequal.column is None else f"{name}, column {unequal.column}"
    return RowsNotFed(shown, unequal.rows, len(unequal.ids), int(fed.sum()), first)


def _line(name: str, unequal: Unequal, fed: int) -> str:
    total = len(unequal.ids)
    column = "" if unequal.column is None else f", column {unequal.column}"
    return (
        f"{name}{column}: {total:,} of {unequal.rows:,} rows of the two tables differ, the first "
        f"that of id {unequal.ids[0]}: {'all' if fed == total else f'{fed:,} of them'} fed"
    )


def _vocabularies(ran: Ran) -> list[str]:
    """How many of the ids of each vocabulary, and of the indices of rows, were compared."""
    lines = []
    for spec in ran.signature.inputs:
        domain = spec.domain
        if isinstance(domain, TokenIds):
            bounds = (domain.lowest, domain.vocabulary)
        elif (index := index_of(spec)) is not None:
            bounds = (index.low, index.high + 1)
        else:
            continue
        ids = np.arange(bounds[0], min(bounds[1], bounds[0] + _COUNTED))
        fed = int(ran.search.found.fed.held(spec.name, ids).sum())
        more = "" if fed == bounds[1] - bounds[0] else "; another --seed feeds others"
        lines.append(f"{spec.name}: {fed:,} of {bounds[1] - bounds[0]:,} ids fed{more}")
    return lines
