"""What is new, fixed or the same since an older report."""

from collections.abc import Iterator, Mapping, Sequence

from parity.page import figures, kinds
from parity.page.blocks import Badge, Block, Cell, Facts, Link, Para, Pieces, Table
from parity.page.kinds import Kind
from parity.page.node import Node
from parity.page.parts import grid
from parity.page.verdict import verdict

_ALONE = ""
"""The name of the only run of a document."""

_PLACED = ("output", "input", "text", "system", "figure", "side", "region", "name", "column")
"""Fields that say what a finding is of; its numbers go from run to run."""


def blocks(now: Node, kind: Kind, then: Node, then_kind: Kind) -> Iterator[Block]:
    """Findings and cells of both, by name. Two reports that share nothing are no comparison."""
    here, there = _runs(now, kind), _runs(then, then_kind)
    both = [name for name in here if name in there]
    if kind != then_kind or not both:
        told = "The baseline is a report of something else, so nothing was held against it."
        yield Para((Badge("not compared", "unsure"), " ", told))
        return
    yield from _findings(here, there, _healthy(now, kind))
    if not kinds.alone(kind):
        yield _cells(now, kind, then)


def _runs(document: Node, kind: Kind) -> dict[str, Node]:
    if kinds.alone(kind):
        return {_ALONE: document}
    return {kinds.name_of(e): kinds.run_of(e, kind) for e in kinds.entries(document, kind)}


def _healthy(document: Node, kind: Kind) -> set[str]:
    """Runs that came to their end without a finding: only there what isn't found is fixed.

    A run that fails ends at its first failing stage, and may have missed the rest.
    """
    if kinds.alone(kind):
        return {_ALONE} if verdict(document, kind).tone == "good" else set()
    good = ("passed", "upgraded", "parity")
    return {kinds.name_of(e) for e in kinds.entries(document, kind)
            if kinds.status_of(e, kind) in good}  # fmt: skip


def _findings(
    here: Mapping[str, Node], there: Mapping[str, Node], healthy: set[str]
) -> Iterator[Block]:
    now, then = _by_place(here), _by_place(there)
    gone = [k for k in then if k not in now]
    groups = (
        ("new", "bad", [now[k] for k in now if k not in then]),
        ("fixed", "good", [then[k] for k in gone if k[0] in healthy]),
        ("same", "unsure", [now[k] for k in now if k in then]),
        ("not seen", "unsure", [then[k] for k in gone if k[0] not in healthy]),
    )
    rows: list[tuple[str, Pieces]] = []
    for word, tone, found in groups:
        if found or word != "not seen":
            rows.append((word, (Badge(str(len(found)), tone if found else ""), _noun(found))))
    yield Facts(tuple(rows))
    listed = [(word, tone, f) for word, tone, found in groups for f in found]
    if listed:
        yield Table(
            "Findings beside the baseline's",
            ("since", "finding"),
            tuple((Cell((Badge(word, tone),)), Cell((f["message"].text or f["kind"].text,)))
                  for word, tone, f in listed),
        )  # fmt: skip


def _noun(found: Sequence[Node]) -> str:
    return " finding" if len(found) == 1 else " findings"


def _by_place(runs: Mapping[str, Node]) -> dict[tuple[str, ...], Node]:
    """The findings of all runs by what they are of. Of two of one place the first."""
    found: dict[tuple[str, ...], Node] = {}
    for name, run in runs.items():
        for finding in run["findings"]:
            place = (finding[key].text for key in _PLACED)
            found.setdefault((name, finding["kind"].text, *place), finding)
    return found


def _cells(now: Node, kind: Kind, then: Node) -> Block:
    before = {kinds.name_of(e): e for e in kinds.entries(then, kind)}
    rows = []
    for number, entry in enumerate(kinds.entries(now, kind)):
        name = kinds.name_of(entry)
        link = Cell((Link((name,), grid.target(number)),))
        rows.append((link, *_beside(entry, before.pop(name, None), kind)))
    for name, entry in before.items():
        gone = Cell((Badge("gone", "unsure"),))
        rows.append((Cell((name,)), gone, _status(entry, kind), Cell(), _used(entry, kind), Cell()))
    columns = ("cell", "since", "was", "is", "used then", "used now")
    return Table("Cells beside the baseline's", columns, tuple(rows), right=frozenset({4, 5}))


def _beside(entry: Node, old: Node | None, kind: Kind) -> tuple[Cell, ...]:
    if old is None:
        return (Cell((Badge("new", "unsure"),)), Cell(), _status(entry, kind), Cell(),
                _used(entry, kind))  # fmt: skip
    was, now = (kinds.tone_of(kinds.status_of(e, kind)) for e in (old, entry))
    word, tone = "same", ""
    if now != was:
        word, tone = ("fixed", "good") if now == "good" else ("worse", "bad")
        if now == "unsure":
            word, tone = ("no verdict", "unsure")
    return (Cell((Badge(word, tone),)), _status(old, kind), _status(entry, kind),
            _used(old, kind), _used(entry, kind))  # fmt: skip


def _status(entry: Node, kind: Kind) -> Cell:
    return Cell((kinds.status_of(entry, kind),))


def _used(entry: Node, kind: Kind) -> Cell:
    """Of the older document the pointer leads nowhere, so it is said as text."""
    ratio = kinds.ratio(kinds.run_of(entry, kind))
    if ratio is None:
        return Cell()
    return Cell((figures.said(figures.share(ratio)),))
