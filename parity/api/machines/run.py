"""Run cells, and tell who watches of each."""

from collections.abc import Iterator, Sequence
from itertools import count

from parity.api.watching import Watching
from parity.gate.cell import Cell, CellResult
from parity.gate.matrix import gather, run_all
from parity.gate.run import Settings


def ran(
    chosen: Sequence[Cell], settings: Settings, watches: Watching, *, tell: bool = False,
    on: str | None = None,
) -> tuple[tuple[CellResult, ...], int | None]:  # fmt: skip
    """What the cells came to, and the signal that ended the run; one who watches hears of each.

    tell: also of what each came to. on: the address of a fleet; None for this machine.
    """

    def in_turn(results: Iterator[CellResult]) -> Iterator[CellResult]:
        for number in count(1):
            if len(chosen) > 1 and on is None:
                watches.about(f"cell {min(number, len(chosen))}/{len(chosen)}")
            result = next(results, None)
            if result is None:
                return
            yield result
            if tell:
                watches.done(f"{number}/{len(chosen)} {result.cell.name}: {result.status}")

    with watches.cells() as watch:
        if on is None:
            results, ended_by = gather(in_turn(run_all(chosen, settings, watch)))
        else:
            from parity.fleet.run import run_all as on_fleet

            results, ended_by = gather(in_turn(on_fleet(chosen, settings, on, watches.about)))
    return tuple(results), ended_by
