"""Rows of tables that differ between the two files: were they really fed?"""

import numpy as np
from numpy.typing import NDArray

from parity.compare.coverage import RowsNotFed
from parity.compare.findings import Finding
from parity.compare.warned import RowsSampled, Warned
from parity.model.spec import TokenIds
from parity.model.tables import Unequal
from parity.verify.checks import Ran, Said


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
    """How many of the ids of each vocabulary were in a compared feed."""
    lines = []
    for spec in ran.signature.inputs:
        if isinstance(spec.domain, TokenIds):
            ids = np.arange(spec.domain.lowest, spec.domain.vocabulary)
            fed = int(ran.search.found.fed.held(spec.name, ids).sum())
            more = "" if fed == len(ids) else "; another --seed feeds others"
            lines.append(f"{spec.name}: {fed:,} of {len(ids):,} ids fed{more}")
    return lines
