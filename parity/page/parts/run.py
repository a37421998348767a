"""All of one run."""

from collections.abc import Iterator, Sequence

from parity.page import figures
from parity.page.blocks import Block, Cell, Fold, Picture, Plot, Row, Section, Table
from parity.page.node import Node
from parity.page.parts import answers, blame, facts, findings, outputs, smallest
from parity.page.plots import chart, climb, histogram


def sections(
    run: Node, *, level: int, pictures: Sequence[Picture] = (), charts: bool = True
) -> Iterator[Section]:
    """What there is to say of it, each under a heading; what there isn't, isn't.

    pictures: inputs of the smallest failing feed that are pictures. charts: whether the worst feed
    of each output is drawn: of a gate's 200 cells that pass these would be 10 MB.
    """
    parts: tuple[tuple[str, Iterator[Block]], ...] = (
        ("Findings", findings.found(run)),
        ("Warnings", findings.warned(run)),
        ("Cause", blame.told(run)),
        ("Smallest failing feed", _smallest(run, pictures)),
        ("Outputs", _outputs(run, charts=charts)),
        ("Answers", answers.agreement(run)),
        ("Over the examples", _progress(run)),
        ("Power", outputs.power(run)),
        ("Models", facts.sides(run)),
        ("Notes", findings.notes(run)),
        ("Environment", _environment(run)),
    )
    for title, made in parts:
        blocks = tuple(made)
        if blocks:
            target = title.lower().replace(" ", "-") if level == 2 else ""
            yield Section(title, blocks, target, level)


def _environment(run: Node) -> Iterator[Block]:
    if run["environment"]:
        yield from facts.environment(run)
        yield from facts.seconds(run)


def _smallest(run: Node, pictures: Sequence[Picture]) -> Iterator[Block]:
    yield from smallest.told(run)
    minimal = run["minimal"]
    plots: list[Block] = [*pictures]
    for drawn in minimal["charts"]:
        title = f"{drawn['output'].text}: differences on the smallest failing feed"
        plots += _there(chart.of(drawn, title=title))
    plots += _there(
        climb.of(minimal["steps"], along="tried", up="positions", title="How it became small",
                 names=("feeds tried", "positions"), until=minimal["tried"].number)
    )  # fmt: skip
    if plots:
        yield Row(tuple(plots))


def _there(plot: Plot | None) -> list[Block]:
    return [] if plot is None else [plot]


def _progress(run: Node) -> Iterator[Block]:
    drawn = climb.of(
        run["progress"], along="examples", up="ratio", limit=1.0, until=run["examples"].number,
        title="The worst share of the tolerance, over the examples", names=("examples", "share"),
    )  # fmt: skip
    yield from _there(drawn)


def _outputs(run: Node, *, charts: bool) -> Iterator[Block]:
    yield from outputs.table(run)
    plots: list[Block] = []
    tables: list[Block] = []
    for output in run["outputs"]:
        worst = output["worst"]
        name = f"{worst['output'].text}, {worst['region'].text} positions"
        drawn = histogram.of(output["histogram"], allowed=worst["allowed"],
                             rounding=output["rounding"]["noise"],
                             title=f"{name}: all differences")  # fmt: skip
        if drawn is not None:
            plots.append(drawn)
            tables.append(_counts(output["histogram"], name))
        if charts:
            plots += _there(chart.of(output["chart"], title=f"{name}: the worst feed"))
    if plots:
        yield Row(tuple(plots))
    if tables:
        yield Fold(("The histograms as tables",), tuple(tables))


def _counts(histogram: Node, name: str) -> Table:
    lowest = histogram["lowest"].whole or 0
    rows = [(Cell(("0",)), Cell((figures.count(histogram["zero"]),)))]
    rows += [
        (Cell((f"{2.0 ** (lowest + i):.2g} to {2.0 ** (lowest + i + 1):.2g}",)),
         Cell((figures.count(count),)))
        for i, count in enumerate(histogram["counts"])
        if count.number
    ]  # fmt: skip
    return Table(name, ("difference", "elements"), tuple(rows), right=frozenset({1}))
