"""Which cells are run, which come out as another, and which are never told of."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from parity.case import load
from parity.exports.derive import Derived
from parity.fleet import work
from parity.fleet.order import Came, Order, order
from parity.fleet.parcel import packed
from parity.fleet.run import _Run
from parity.fleet.tasks import Ended, Tasks
from parity.gate.cell import Cell
from parity.gate.cells import cells
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.verify.request import Effort
from parity.verify.result import Result
from parity.verify.run import verify
from tests.gate.repository import Repository
from tests.verify.conftest import Bench, tagger


class Answering:
    """In place of a fleet: answers at once. graphs: content by opset. lost: opsets."""

    def __init__(self, result: Result | None, graphs: Mapping[int, str], lost: set[int]) -> None:
        self.result, self.graphs, self.lost = result, graphs, lost
        self.ran: list[int] = []
        self._ended: list[Ended] = []

    def begin(
        self, what: Callable[..., object], asked: Order, sent: object, about: object, *, card: bool
    ) -> None:
        opset = asked.opset
        if what is work.export:
            content = self.graphs.get(opset)
            made = content and Derived(
                asked.parcel.folder, opset, opset, "fp32", "", 8, 1, content
            )  # fmt: skip
            self._ended.append(Ended(about, made))
            return
        self.ran.append(opset)
        if opset in self.lost:
            self._ended.append(Ended(about, error="its worker was lost"))
        else:
            came = Came("passed", "", self.result, None, 1.0, None)
            self._ended.append(Ended(about, came))

    def ended(self) -> list[Ended]:
        ended, self._ended = self._ended[-1:], self._ended[:-1]  # in another order than begun
        return ended


@pytest.fixture
def some(repository: Repository) -> list[Cell]:
    (cell,) = cells(load(repository.case("one", tagger())), engine=None)
    return [replace(cell, opset=opset) for opset in (7, 8, 11, 13)]


def told(some: list[Cell], fleet: Answering) -> dict[int, tuple[str, str | None]]:
    parcel = packed(some[0].case, Roots())
    orders = [order(cell, parcel, Settings(Roots(), Effort())) for cell in some]
    sent: dict[Any, Any] = {some[0].case.folder: {}}
    run = _Run(some, orders, cast(Tasks, fleet), sent, lambda _: None)
    found = list(run.results())
    assert [r.cell for r in found] == some
    return {r.cell.opset: (r.status, r.same_as and r.same_as) for r in found}


def test_equal_graphs_run_once(some: list[Cell], bench: Bench) -> None:
    result = verify(bench.request(effort=Effort(1), max_batch=1))
    fleet = Answering(result, {7: "a", 8: "a", 11: "b"}, set())
    found = told(some, fleet)
    assert sorted(fleet.ran) == [7, 11, 13]
    assert found[8] == ("passed", some[0].name)
    assert {found[n][1] for n in (7, 11, 13)} == {None}


def test_a_lost_cell_stands_for_no_other(some: list[Cell], bench: Bench) -> None:
    result = verify(bench.request(effort=Effort(1), max_batch=1))
    fleet = Answering(result, {7: "a", 8: "a", 11: "a"}, {7})
    found = told(some, fleet)
    assert found[7] == ("error", None)
    assert found[8] == ("passed", None)
    assert found[11] == ("passed", some[1].name)
    assert sorted(fleet.ran) == [7, 8, 13]


class Silent(Answering):
    def ended(self) -> list[Ended]:
        return []


def test_what_never_comes_is_an_error(some: list[Cell]) -> None:
    found = told(some, Silent(None, {}, set()))
    assert set(found.values()) == {("error", None)}
