"""One gate on one machine, by workers, in parts, and by a fleet: ``python tests/bench/fleet.py``.

Whether all come to the same cells and verdicts, times and an engine's threads apart; what each
takes; what a fleet costs for each cell; and whether what must not pass is red, with its cause.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from parity.case import load
from parity.fleet import run as fleet
from parity.fleet.address import address
from parity.fleet.machines import Machines
from parity.fleet.order import Order, order
from parity.fleet.parcel import Parcel, packed
from parity.fleet.tasks import Tasks
from parity.gate.cell import Cell
from parity.gate.cells import cells
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.report.document import dumps
from parity.report.gated.document import timeless
from parity.report.gated.equal import once
from parity.report.matrix import documents, rows
from parity.verify.request import Effort
from tests.bench import fleet_cases
from tests.fleet.cluster import Cluster

OPSETS = "11,13"
SHARDS = 4
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass
class Machine:
    """A folder with ``golden``, and a cache. examples: of each cell."""

    root: Path
    examples: int

    def environment(self, more: Mapping[str, str] = _NONE) -> dict[str, str]:
        own = {"PARITY_CACHE": str(self.root / "cache"), "PYTHONPATH": str(Path.cwd())}
        return {**os.environ, **own, **more}

    def gate(self, name: str, *words: str, more: Mapping[str, str] = _NONE) -> float:
        """Run pytest; seconds. The JSON is ``NAME.json``."""
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "golden", "-q", "-p", "no:cacheprovider",
             f"--parity-opset={OPSETS}", f"--parity-examples={self.examples}",
             "--parity-explain-budget=0", f"--parity-json={name}.json", *words],
            cwd=self.root, env=self.environment(more), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise SystemExit(f"{name}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return time.perf_counter() - begun

    def merge(self, out: str, *parts: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "parity", "merge", *parts, "--json", out], cwd=self.root,
            env=self.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr.strip() or done.stdout.strip()

    def cells(self, name: str) -> list[Any]:
        """Plain ones, each of which was run: two that weren't would be the same, too."""
        document = json.loads((self.root / f"{name}.json").read_text())
        empty = [c["cell"] for c in document["cells"] if c["status"] == "not run"]
        if empty or not document["cells"]:
            raise SystemExit(f"{name}: {len(empty)} cells weren't run: {', '.join(empty[:3])}")
        return plain(document)

    def drive(self, on: str, name: str, *words: str, more: Mapping[str, str] = _NONE) -> float:
        """Have a fleet run the cells, from a process of its own; seconds."""
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, __file__, "--drive", on, "--out", f"{name}.json",
             "--examples", str(self.examples), *words],
            cwd=self.root, env=self.environment(more), check=True,
        )  # fmt: skip
        return time.perf_counter() - begun


def plain(document: Mapping[str, Any]) -> list[Any]:
    """The cells, without times, and without threads: they are shared on one machine."""
    made: list[Any] = timeless(sorted(document["cells"], key=lambda c: str(c["cell"])))
    for cell in made:
        for side in ("reference", "candidate"):
            if cell["result"]:
                cell["result"][side]["options"].pop("threads", None)
        if cell["result"]:
            cell["result"].pop("store", None)
            cell["result"]["effort"] = None  # a gate gives every cell its budget by profile
    return made


def elsewhere(how: str) -> None:
    """As if the cases lay on no worker; and so large that they can't be sent, unless ``sent``."""

    def far(cell: Cell, parcel: Parcel, settings: Settings) -> Order:
        folder = Path("/nowhere") / parcel.folder.name
        return order(cell, replace(parcel, folder=folder), settings)

    vars(fleet)["order"] = far
    Machines.lacking = lambda self, parcel: True  # type: ignore[method-assign]
    if how == "unsent":
        vars(fleet)["MOST_SENT"] = 0


def drive(on: str, out: str, examples: int, timeout_s: float, case: str) -> None:
    """The client: all cells of ``golden`` by a fleet."""
    settings = Settings(Roots(), Effort(), examples=examples, timeout_s=timeout_s, explain_s=0.0)
    opsets = tuple(int(o) for o in OPSETS.split(","))
    chosen = [
        cell
        for folder in sorted(Path("golden").glob(case))
        for cell in cells(load(folder), opsets=opsets, engine=None)
    ]
    found = list(fleet.run_all(chosen, settings, on))
    Path(out).write_text(dumps(documents(once(rows(found)))))


def cost(on: str, count: int = 100, rounds: int = 6) -> None:
    """Milliseconds that a cell takes in which nothing is done: sent, claimed, told.

    The best of some rounds: what else the machine does is no cost of a fleet.
    """
    folder = sorted(Path("golden").glob("*"))[0]
    (cell,) = list(cells(load(folder), opsets=(13,), precisions=("fp32",), engine=None))
    asked = order(cell, packed(cell.case, Roots()), Settings(Roots(), Effort()))
    seconds = []
    with fleet._connected(address(on).url) as client:
        machines = Machines(client, (asked.parcel,))
        for _ in range(rounds):
            with Tasks(client, machines, f"cost{time.time_ns()}") as tasks:
                begun = time.perf_counter()
                for seed in range(count):
                    other = replace(asked, settings=Settings(Roots(), Effort(seed=seed)))
                    tasks.begin(fleet_cases.nothing, other, {}, seed, card=False)
                ended = 0
                while ended < count:
                    came = tasks.ended()
                    assert not any(e.error for e in came), came
                    ended += len(came)
                seconds.append((time.perf_counter() - begun) / count)
    print(f"{1000 * min(seconds):.1f}")


def compared(machine: Machine, names: Sequence[str]) -> None:
    one = machine.cells("one")
    for name in names:
        apart = fleet_cases.same(one, machine.cells(name))
        print(f"{name}: {apart or 'the same cells and verdicts'}", flush=True)
        if apart:
            raise SystemExit(1)


def measured(machine: Machine, workers: int) -> None:
    """The table, and that all ways come to the same."""
    store = {"PARITY_STORE": str(machine.root / "store")}
    machine.gate("filling", more=store)  # makes the exports, too
    statuses = Counter(c["status"] for c in machine.cells("filling"))
    print(", ".join(f"{count} {status}" for status, count in statuses.items()), flush=True)
    seconds = {"one": machine.gate("one"), "two": machine.gate("two", "-n", "2")}
    parts = [machine.gate(f"part{n}", f"--parity-shard={n}/{SHARDS}") for n in range(1, SHARDS + 1)]
    begun = time.perf_counter()
    code, said = machine.merge("merged.json", *(f"part{n}.json" for n in range(1, SHARDS + 1)))
    assert code in (0, 1), said
    seconds["merged"] = max(parts) + time.perf_counter() - begun
    with cluster(machine, "dask") as made:
        for _ in range(workers):
            made.worker()
        on = made.ready(workers)
        seconds["dask"] = machine.drive(on, "dask")
        each = costs(machine, on)
    seconds["stored"] = machine.gate("stored", more=store)
    told = {
        "one": "one machine", "two": "-n 2", "merged": f"slowest of {SHARDS} parts, and merged",
        "dask": f"scheduler and {workers} workers", "stored": "one machine, answers in the store",
    }  # fmt: skip
    print(f"{len(machine.cells('one'))} cells, {os.cpu_count()} cores")
    for name, what in told.items():
        faster = seconds["one"] / seconds[name]
        print(f"| {what} | {seconds[name]:.1f} s | {faster:.2f}x |", flush=True)
    print(f"all {SHARDS} parts together {sum(parts):.1f} s: overhead of a part "
          f"{(sum(parts) - seconds['one']) / SHARDS:.1f} s")  # fmt: skip
    print(f"a cell's scheduling {each} ms   aim < 50", flush=True)
    # That which fills the store made the exports, which its notes say.
    compared(machine, ("two", "merged", "dask", "stored"))


def costs(machine: Machine, on: str) -> str:
    return subprocess.run(
        [sys.executable, __file__, "--cost", on], cwd=machine.root, check=True, text=True,
        env=machine.environment(), capture_output=True,
    ).stdout.strip()  # fmt: skip


def cost_alone(machine: Machine, workers: int) -> None:
    with cluster(machine, "cost") as made:
        for _ in range(workers):
            made.worker()
        print(f"a cell's scheduling {costs(machine, made.ready(workers))} ms   aim < 50")


def cluster(machine: Machine, name: str) -> Cluster:
    folder = machine.root / name
    folder.mkdir(exist_ok=True)
    return Cluster(folder, machine.root / "cache")


def red(what: str, said: str, *wanted: str) -> None:
    """Print a fault and what was said of it; end where that isn't the cause."""
    well = all(word in said for word in wanted)
    print(f"{'red ' if well else 'WRONG'} {what}: {said.splitlines()[0][:150]}", flush=True)
    if not well:
        raise SystemExit(f"{what}: {said}, which doesn't say {wanted}")


def reasons(machine: Machine, name: str) -> dict[str, str]:
    """Of cells that aren't good."""
    document = json.loads((machine.root / f"{name}.json").read_text())
    assert not document["passed"]
    return {c["cell"]: c["reason"] for c in document["cells"] if c["status"] in ("error", "failed")}


def faults(machine: Machine, names: Sequence[str]) -> None:
    from tests.bench.fleet_faults import FAULTS

    for fault in FAULTS:
        if names and fault.__name__ not in names:
            continue
        shutil.rmtree(machine.root / "dask", ignore_errors=True)
        fault(machine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--only", choices=("table", "faults", "cost"))
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--drive", metavar="ADDRESS")
    parser.add_argument("--cost", metavar="ADDRESS")
    parser.add_argument("--case", default="*")
    parser.add_argument("--timeout", type=float, default=120.0)
    parser.add_argument("--out")
    parser.add_argument("--elsewhere", choices=("sent", "unsent"))
    given = parser.parse_args()
    if given.elsewhere:
        elsewhere(given.elsewhere)
    if given.drive:
        return drive(given.drive, given.out, given.examples, given.timeout, given.case)
    if given.cost:
        return cost(given.cost)
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), given.examples)
        names = fleet_cases.make(machine.root, given.cases, given.examples)
        print(f"{len(names)} cases", flush=True)
        if given.only == "cost":
            cost_alone(machine, given.workers)
            return None
        if given.only != "faults":
            measured(machine, given.workers)
        if given.only != "table":
            faults(machine, given.fault)
    return None


if __name__ == "__main__":
    main()
