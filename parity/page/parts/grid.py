"""Cells of a gate or matrix, a case, models or deployments: how much of the tolerance each used."""

import re
from collections.abc import Iterator, Sequence

from parity.page import figures, kinds
from parity.page.blocks import Badge, Block, Cell, Link, Piece, Pieces, Table
from parity.page.kinds import Kind
from parity.page.node import Node
from parity.page.shade import shade

_NAMED = re.compile(r"(?s)(?P<case>.*)\[(?P<made>opset\d+|file)-(?P<rest>.*)\]")
"""As ``gate.cell.Cell.name`` writes it."""


def of(document: Node, kind: Kind) -> Iterator[Block]:
    """A heat map where the cells make one; and a list of all, with their figures."""
    entries = kinds.entries(document, kind)
    if not entries:
        return
    named = [_NAMED.fullmatch(kinds.name_of(entry)) for entry in entries]
    if kind in ("cells", "case") and all(named):
        places = [(f"{m['case']} {m['rest']}", m["made"]) for m in named if m]
        if len(set(places)) == len(places) and len({made for _, made in places}) > 1:
            yield _map(entries, places, kind)
    yield _list(entries, kind, document)


def target(number: int) -> str:
    """The id of an entry's detail."""
    return f"cell-{number + 1}"


def _map(entries: Sequence[Node], places: Sequence[tuple[str, str]], kind: Kind) -> Table:
    columns = sorted({made for _, made in places}, key=_opset)
    rows: dict[str, dict[str, Cell]] = {}
    for number, (entry, (row, column)) in enumerate(zip(entries, places, strict=True)):
        rows.setdefault(row, {})[column] = _heat(entry, number, kind, entries)
    return Table(
        "Share of the tolerance that each cell used; choose one for its detail",
        ("cell", *columns),
        tuple(
            (Cell((name,)), *(row.get(c, Cell()) for c in columns)) for name, row in rows.items()
        ),
        right=frozenset(range(1, len(columns) + 1)),
        heat=True,
    )


def _opset(made: str) -> tuple[int, str]:
    return (int(made.removeprefix("opset")) if made != "file" else 0, made)


def _heat(entry: Node, number: int, kind: Kind, entries: Sequence[Node]) -> Cell:
    """The share, as colour and number; the status where it isn't plainly passed."""
    status = kinds.status_of(entry, kind)
    ratio = kinds.ratio(_run(entry, kind, entries))
    pieces: list[Piece] = [] if ratio is None else [figures.share(ratio)]
    if status not in ("passed", "parity") or ratio is None:
        pieces += [" ", Badge(status, kinds.tone_of(status))]
    tone = kinds.tone_of(status)
    return Cell(
        (Link(tuple(pieces), target(number)),),
        tone="" if tone == "good" else tone,
        shade=None if ratio is None else shade(ratio.number),
    )


def _run(entry: Node, kind: Kind, entries: Sequence[Node]) -> Node:
    """Its run; where another of the same graph was run for it, that one's."""
    run = kinds.run_of(entry, kind)
    if run.value is None and entry["same_as"]:
        same = [e for e in entries if kinds.name_of(e) == entry["same_as"].text]
        return kinds.run_of(same[0], kind) if same else run
    return run


_FACTS = ("opset", "IR", "nodes")


def _list(entries: Sequence[Node], kind: Kind, document: Node) -> Table:
    facts = _FACTS if kind == "cells" else ()
    columns = ("name", "status", "used", "worst", "allowed", "ties", *facts, "compared", "seconds")
    return Table(
        {"models": "Models", "deployments": "Ways to deploy it"}.get(kind, "Cells"),
        columns,
        tuple(_row(entry, number, kind, entries) for number, entry in enumerate(entries)),
        right=frozenset(range(2, len(columns))),
    )


def _row(entry: Node, number: int, kind: Kind, entries: Sequence[Node]) -> tuple[Cell, ...]:
    run, status = kinds.run_of(entry, kind), kinds.status_of(entry, kind)
    shown = _run(entry, kind, entries)
    ratio = kinds.ratio(shown)
    worst = _worst(shown)
    ties: Pieces = ()
    if run["answers"].number:
        ties = (figures.count(run["ties"]), "/", figures.count(run["answers"]))
    seconds = entry["seconds"] if kind == "cells" else run["seconds"]["total"]
    return (
        Cell((Link((kinds.name_of(entry),), target(number)),)),
        Cell((Badge(status, kinds.tone_of(status)),)),
        Cell() if ratio is None else Cell((figures.share(ratio),), shade=shade(ratio.number)),
        Cell((figures.small(worst["max_abs"]),)),
        Cell((figures.small(worst["allowed"]),)),
        Cell(ties),
        *(_graph(entry) if kind == "cells" else ()),
        Cell((figures.count(run["elements"]),)),
        Cell(("same graph",) if entry["same_as"] else (figures.seconds(seconds),)),
    )


def _graph(entry: Node) -> Iterator[Cell]:
    """The opset, asked for and emitted; what the file says of itself."""
    asked, came = entry["requested_opset"], entry["effective_opset"]
    if asked.value == came.value or came.value is None:
        yield Cell((figures.count(asked),))
    else:
        yield Cell((figures.count(asked), " → ", figures.count(came)))
    yield Cell((figures.count(entry["ir_version"]),))
    yield Cell((figures.count(entry["nodes"]),))


def _worst(run: Node) -> Node:
    ratio = kinds.ratio(run)
    if ratio is None:
        return Node(None)
    found = (out["worst"] for out in run["outputs"] if out["worst"]["ratio"].at == ratio.at)
    return next(found, Node(None))
