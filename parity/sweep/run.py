"""All nets, over a few lanes side by side."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from parity.sweep.cell import Trial, Wanted
from parity.sweep.lane import Lane
from parity.sweep.row import Row
from parity.zoo.ops._net import Net

Shown = Callable[[Row, Trial], None]
"""Gets each row while the lane's folder still holds what it is told by."""


def run(
    nets: Sequence[Net], wanted: Wanted, scratch: Path, *, jobs: int = 1,
    shown: Shown = lambda row, trial: None,
) -> Iterator[Row]:  # fmt: skip
    """Rows as they come, of one net together. scratch: folder for what lies between processes.

    Raises what ends the run: no process to be had, a cache that can't be written.
    """
    waiting: queue.SimpleQueue[Net] = queue.SimpleQueue()
    for net in nets:
        waiting.put(net)
    found: queue.SimpleQueue[list[Row] | BaseException | None] = queue.SimpleQueue()
    stop = threading.Event()
    lanes = [
        threading.Thread(
            target=_lane, args=(scratch / f"lane-{at}", waiting, found, wanted, shown, stop)
        )
        for at in range(min(jobs, len(nets)))
    ]
    for lane in lanes:
        lane.start()
    try:
        left = len(lanes)
        while left:
            got = found.get()
            if got is None:
                left -= 1
            elif isinstance(got, BaseException):
                raise got
            else:
                yield from got
    finally:
        stop.set()
        for lane in lanes:
            lane.join()


def _lane(
    folder: Path, waiting: "queue.SimpleQueue[Net]",
    found: "queue.SimpleQueue[list[Row] | BaseException | None]",
    wanted: Wanted, shown: Shown, stop: threading.Event,
) -> None:  # fmt: skip
    try:
        with Lane(folder) as lane:
            while not stop.is_set():
                try:
                    net = waiting.get_nowait()
                except queue.Empty:
                    break
                found.put(list(_net(net, lane, wanted, shown)))
    except BaseException as error:  # the run's to raise, in the thread that its user has
        found.put(error)
    found.put(None)


def _net(net: Net, lane: Lane, wanted: Wanted, shown: Shown) -> Iterator[Row]:
    trial = Trial(net, lane, wanted)
    for row in trial.rows():
        shown(row, trial)
        yield row
