"""How far the outputs were apart: a row an output and region."""

from collections.abc import Iterator

from parity.page import figures
from parity.page.blocks import Block, Cell, Facts, Pieces, Table
from parity.page.node import Node
from parity.page.shade import shade

_COLUMNS = (
    "output", "positions", "compared", "max abs", "max rel", "allowed", "used", "of rounding",
    "at", "expected", "actual",
)  # fmt: skip


def table(run: Node) -> Iterator[Block]:
    """The worst of each output. Nothing of a run that compared none."""
    if not run["outputs"]:
        return
    oracle = any(output["oracle"] for output in run["outputs"])
    more = ("reference from float64", "candidate from float64") if oracle else ()
    rows = tuple(_row(output, oracle=oracle) for output in run["outputs"])
    columns = (*_COLUMNS, *more)
    yield Table("The worst element of each output", columns, rows,
                right=frozenset(range(2, len(columns))) - {8})  # fmt: skip


def _row(output: Node, *, oracle: bool) -> tuple[Cell, ...]:
    worst = output["worst"]
    ratio = worst["ratio"]
    index = ", ".join(entry.text for entry in worst["index"])
    found = (
        Cell((worst["output"].text,)),
        Cell((worst["region"].text,)),
        Cell((figures.count(output["compared"]),)),
        *(Cell((figures.small(worst[key]),)) for key in ("max_abs", "max_rel", "allowed")),
        Cell((figures.share(ratio),), shade=shade(ratio.number)),
        Cell((figures.times(output["rounding"]["ratio"]),)),
        Cell((f"[{index}]",)),
        Cell((figures.value(worst["expected"]),)),
        Cell((figures.value(worst["actual"]),)),
    )
    if not oracle:
        return found
    sides = ("reference", "candidate")
    return (*found, *(Cell((figures.small(output["oracle"][side]),)) for side in sides))


def power(run: Node) -> Iterator[Block]:
    """How far the reference varies, beside what is allowed: whether parity says anything."""
    rows: dict[str, Pieces] = {}
    for output in run["outputs"]:
        seen = output["power"]
        if seen:
            rows.setdefault(
                output["worst"]["output"].text,
                ("the reference varies by ", figures.small(seen["spread"]), ", allowed is ",
                 figures.small(seen["allowed"])),
            )  # fmt: skip
    if rows:
        yield Facts(tuple(rows.items()))
