"""Which cells a session runs."""

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from parity.case import FILE, OPSETS, Case, files
from parity.errors import CaseError, UsageError
from parity.exports._by import By, exporter
from parity.gate.cell import Cell
from parity.processes.interpreter import distinct


def folders(root: Path) -> list[Path]:
    """Folders of the cases below a root, which may be one itself, or files that are wrongly named.

    Raises CaseError for none.
    """
    if (root / FILE).is_file():
        return [root]
    found = [f.parent if f.name == FILE else f for f in files(root)]
    if not found:
        raise CaseError(f"{root}: no case here; a case is a folder with a {FILE}")
    return found


def cells(
    case: Case,
    *,
    opsets: Sequence[int] = (),
    precisions: Sequence[str] = (),
    engine: str | None,
    environments: Sequence[Path | None] = (None,),
    exporters: Sequence[str | None] = (None,),
) -> Iterator[Cell]:
    """Every cell of a case: its own opset and precisions, or those that were asked for.

    A precision that the case doesn't list is left out: it has no tolerance that
    anybody agreed to. So is an opset other than its own where its candidate is a
    given file, which can't be made anew. Raises CaseError for an exporter of such a file, and
    UsageError for an unknown one.
    """
    _exportable(case, exporters)
    called = distinct([e for e in environments if e is not None])
    chosen = opsets or (case.opset,)
    for opset in chosen if case.candidate is None else {case.opset} & {*chosen}:
        for precision in case.precisions:
            if precisions and precision not in precisions:
                continue
            for inputs in case.inputs:
                for by, where in product(dict.fromkeys(exporters), dict.fromkeys(environments)):
                    name = "" if where is None else called[where]
                    yield Cell(case, opset, precision, inputs, engine, where, by, name)


def _exportable(case: Case, exporters: Sequence[str | None]) -> None:
    for name in exporters:
        if name is None:
            continue
        if case.candidate is not None:
            raise CaseError(
                f"{case.name}: names a released file ({case.candidate}), which no exporter makes; "
                f"leave out --exporter {name}"
            )
        exporter(By(name))


def none_of(case: Case, *, precisions: Sequence[str] = ()) -> str:
    """Why a case has no cell at a selection, for the error that says so."""
    missing = [p for p in precisions if p not in case.precisions]
    if missing and len(missing) == len(precisions):
        listed = ", ".join(case.precisions)
        return f"{case.name}: has no precision {', '.join(missing)}; there are: {listed}"
    if case.candidate is None:
        return f"{case.name}: has no cell at this opset and precision"
    return (
        f"{case.name}: names a released file ({case.candidate}), which has the opset that it has; "
        f"leave the opset out, or include the case's own, {case.opset}"
    )


def opset_range(text: str) -> tuple[int, ...]:
    """Opsets of a text such as "7-16" or "11,13". Raises UsageError."""
    chosen: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not _is_number(first) or (dash and not _is_number(last)):
            raise UsageError(f'opsets "{text}": write them as 13, 7-16 or 11,13')
        if dash and int(first) > int(last):
            raise UsageError(f'opsets "{text}": {first.strip()} is above {last.strip()}')
        # Told below; a range of billions is not made first.
        ends = (int(first), int(last if dash else first))
        chosen += ends if ends[1] > OPSETS[-1] else range(ends[0], ends[1] + 1)
    outside = [o for o in chosen if o not in OPSETS]
    if outside or not chosen:
        raise UsageError(f'opsets "{text}": they go from {OPSETS[0]} to {OPSETS[-1]}')
    # Upwards: of cells with one graph it is always the lowest that is run.
    return tuple(sorted(set(chosen)))


def _is_number(text: str) -> bool:
    text = text.strip()
    # Other digits than these are none to int, and numbers of thousands of digits too long for it.
    return text.isascii() and text.isdigit() and len(text) < 10
