"""What an evaluation measured: a row a system."""

from collections.abc import Iterator

from parity.page import figures
from parity.page.blocks import Block, Cell, Facts, Fold, Listing, Pieces, Section, Table
from parity.page.node import Node
from parity.page.parts import findings
from parity.page.plots import bars
from parity.page.verdict import counted

_CERTAIN = 0.05  # the usual level, as the table at the terminal says


def sections(document: Node) -> Iterator[Section]:
    """The table, its drawing, what isn't in it."""
    systems = list(document["systems"])
    names: list[str] = []
    for system in systems:
        names += [name for name, _ in system["figures"].entries() if name not in names]
    columns = ("case", "precision", "engine", *names, "flips", "lost", "won", "p", "seconds")
    rows = tuple(_row(system, names) for system in systems)
    table = Table("Accuracy by system", columns, rows, right=frozenset(range(3, len(columns))))
    plots = [bars.of(name, [(_name(s), s["figures"][name]) for s in systems]) for name in names]
    yield Section("Accuracy", (table, *(plot for plot in plots if plot is not None)), "accuracy")
    if document["findings"]:
        yield Section("Findings", tuple(findings.found(document)), "findings")
    yield Section("Data", tuple(_data(document)), "data")


def _name(system: Node) -> str:
    said = (system["precision"].text, system["engine"].text)
    told = " ".join(word for word in said if word)
    return f"{system['case'].text} {told}{' (reference)' if _reference(system) else ''}"


def _reference(system: Node) -> bool:
    return system["role"].text == "reference"


def _row(system: Node, names: list[str]) -> tuple[Cell, ...]:
    head = tuple(Cell((system[key].text,)) for key in ("case", "precision", "engine"))
    if system["failed"]:
        failed = Cell((f"failed: {system['failed'].text}",), tone="bad")
        return (*head, failed, *(Cell() for _ in range(len(names) + 4)))
    found = [Cell(_figure(system, name)) for name in names]
    flips = system["flips"]
    total: Pieces = (
        (figures.count(flips["total"]),) if flips else ("reference" if _reference(system) else "",)
    )
    certain = flips["p"].number is not None and (flips["p"].number or 0.0) < _CERTAIN
    beyond: Pieces = (" beyond chance",) if certain else ()
    rest = (
        Cell(total), Cell((figures.count(flips["lost"]),)), Cell((figures.count(flips["won"]),)),
        Cell((figures.small(flips["p"]), *beyond)), Cell((figures.seconds(system["seconds"]),)),
    )  # fmt: skip
    return (*head, *found, *rest)


def _figure(system: Node, name: str) -> Pieces:
    value, change = system["figures"][name], system["change"][name]
    if change.number is None:
        return (figures.percent(value),)
    return (figures.percent(value), " (", figures.points(change), ")")


def _data(document: Node) -> Iterator[Block]:
    data = document["data"]
    yield Facts(
        (
            ("file", (data["file"].text,)),
            ("format", (data["format"].text,)),
            ("rows asked", (figures.count(data["rows"]),)),
            ("left out by --limit", (figures.count(data["left_out"]),)),
            ("judged", (", ".join(j.text for j in document["judged"]) or "nothing",)),
        )
    )
    if data["bad"]:
        lines = tuple(findings.of_any(bad) for bad in data["bad"])
        told = (*counted(data["bad"], "line"), " of the data can't be used: not counted")
        yield Fold(told, (Listing(lines),))
