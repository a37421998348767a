"""Have cells run by a fleet, and see to it that each is told of, once."""

import contextlib
import logging
import uuid
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parity.errors import UsageError
from parity.exports.derive import Derived
from parity.fleet import work
from parity.fleet.address import address, reachable
from parity.fleet.machines import Machines
from parity.fleet.order import Came, Order, needs_card, order
from parity.fleet.parcel import MOST_SENT, Parcel, packed
from parity.fleet.tasks import Ended, Tasks
from parity.gate.cell import Cell, CellResult
from parity.gate.run import Settings, judge
from parity.shown import shown

if TYPE_CHECKING:
    from distributed import Client

CONNECTED_S = 15.0
"""For a scheduler to greet; one that takes a connection and says nothing is none."""

Sent = Mapping[str, object]


def run_all(
    cells: Sequence[Cell], settings: Settings, on: str, say: Callable[[str], None] = lambda _: None
) -> Iterator[CellResult]:
    """Run cells on the workers of the scheduler ``on``, and give their results in order.

    First every candidate is exported; of cells whose graphs are equal one is run, as on one
    machine. A cell whose worker is lost is an error: it is run nowhere else. say: hears how far
    it is.

    Raises UsageError: no scheduler there, no worker, or one of other versions than this machine's.
    """
    scheduler = address(on)
    reachable(scheduler)
    parcels = {cell.case.folder: packed(cell.case, settings.roots) for cell in _firsts(cells)}
    with _connected(scheduler.url) as client:
        machines = Machines(client, tuple(parcels.values()))
        sent = {folder: _sent(client, machines, parcel) for folder, parcel in parcels.items()}
        orders = [order(cell, parcels[cell.case.folder], settings) for cell in cells]
        with Tasks(client, machines, uuid.uuid4().hex) as tasks:
            yield from _Run(cells, orders, tasks, sent, say).results()


class _Run:
    """Cells by their number. made: candidates. came: results that there are already."""

    def __init__(
        self, cells: Sequence[Cell], orders: Sequence[Order], tasks: Tasks,
        sent: Mapping[Path, Sent], say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._cells, self._orders, self._tasks, self._say = cells, orders, tasks, say
        self._sent = sent
        self._made: dict[int, Derived | None] = {}
        self._came: dict[int, CellResult] = {}
        self._alike: dict[int, list[int]] = {}  # those that wait for one of the same graph

    def results(self) -> Iterator[CellResult]:
        """In the order of the cells, each once all before it are there."""
        for number in range(len(self._cells)):
            self._begin(work.export, number)
        while len(self._made) + len(self._came) < len(self._cells):
            for ended in self._ended(self._made):
                self._exported(ended)
            self._say(f"exported {len(self._made)}/{len(self._cells)}")
        for first in self._grouped():
            self._begin(work.verify, first)
        for number, cell in enumerate(self._cells):
            while number not in self._came:
                for ended in self._ended(()):
                    self._verified(ended)
                self._say(f"cell {len(self._came)}/{len(self._cells)}, {cell.case.name}")
            yield self._came[number]

    def _begin(self, what: Callable[..., object], number: int) -> None:
        cell = self._cells[number]
        self._tasks.begin(
            what, self._orders[number], self._sent[cell.case.folder], number, card=needs_card(cell)
        )

    def _ended(self, known: Collection[int]) -> list[Ended]:
        """What has ended; where nothing is under way any more, what never came."""
        missing = [n for n in range(len(self._cells)) if n not in self._came and n not in known]
        return self._tasks.ended() or [Ended(n, error="no result came") for n in missing]

    def _exported(self, ended: Ended) -> None:
        if ended.error:
            self._fail(ended)
        else:
            self._made[ended.about] = ended.value

    def _grouped(self) -> list[int]:
        """The first cell of each graph, precision and way of feeding; the rest wait for it."""
        firsts: dict[object, int] = {}
        for number, made in sorted(self._made.items()):
            cell = self._cells[number]
            told = made and (
                cell.case.folder, made.content, cell.precision, cell.inputs, cell.engine,
                cell.environment,
            )  # fmt: skip
            first = firsts.setdefault(told or number, number)
            self._alike.setdefault(first, [])
            if first != number:
                self._alike[first].append(number)
        return list(self._alike)

    def _verified(self, ended: Ended) -> None:
        number = ended.about
        if ended.error:
            self._fail(ended)
        else:
            came: Came = ended.value
            self._came[number] = came.to(self._cells[number])
        waiting = self._alike.pop(number, [])
        known = self._came[number]
        if waiting and known.result is None:
            # Nothing was run: the next of them is, as on one machine.
            self._alike[waiting[0]] = waiting[1:]
            self._begin(work.verify, waiting[0])
            return
        for other in waiting:
            self._came[other] = self._as(known, other)

    def _as(self, known: CellResult, number: int) -> CellResult:
        cell, made = self._cells[number], self._made[number]
        assert known.result is not None  # noqa: S101  asked for by who calls
        status, reason = judge(cell, known.result, made)
        return CellResult(
            cell, status, reason, known.result, made, same_as=known.cell.name,
            explanation=known.explanation,
        )  # fmt: skip

    def _fail(self, ended: Ended) -> None:
        cell = self._cells[ended.about]
        self._came[ended.about] = CellResult(cell, "error", ended.error)


def _firsts(cells: Sequence[Cell]) -> list[Cell]:
    return list({cell.case.folder: cell for cell in cells}.values())


def _sent(client: "Client", machines: Machines, parcel: Parcel) -> Sent:
    """The case's files, as tasks that each worker fetches from; {} if all have them."""
    if not machines.lacking(parcel) or parcel.bytes > MOST_SENT:
        return {}
    made: dict[str, object] = {}
    for name, held in parcel.held.items():
        raw = parcel.path(name).read_bytes()
        # A task rather than scattered data: who loses it has it again from the scheduler.
        made[held] = client.submit(bytes, raw, key=f"parity-file-{held}", pure=True)
    return made


@contextlib.contextmanager
def _connected(url: str) -> "Iterator[Client]":
    from distributed import Client

    # It logs a lost connection with its traceback, and warns of versions and of large files:
    # what of that matters is told by parity.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            client = Client(url, timeout=CONNECTED_S)
        except Exception as error:  # Dask raises what it will
            why = shown(" ".join(f"{type(error).__name__}: {error}".split()))
            raise UsageError(
                f"--on {url}: what answers there is no scheduler of Dask: {why}"
            ) from error
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=5)
