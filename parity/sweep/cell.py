"""One net through a lane: built, fed, exported at each opset, judged."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from parity.errors import ParityError
from parity.exports._moved import moved
from parity.model.artifact import Artifact
from parity.model.tensors import Outputs
from parity.sweep import store
from parity.sweep.answers import Answers
from parity.sweep.feeds import feeds
from parity.sweep.judge import BORDERLINE, Judged, judge
from parity.sweep.lane import Exported, Lane
from parity.sweep.row import DEFECTS, PADDLE, Row
from parity.zoo.ops._net import Net


@dataclass(frozen=True)
class Evidence:
    """What a defect is told by, while the lane's folder holds it.

    model: in Paddle. file: as exported; None where there is none. feed, expected, actual: of the
    feed that shows it; None where none does.
    """

    model: Artifact
    file: Path | None
    feed: Path | None
    expected: Outputs | None
    actual: Outputs | None


@dataclass(frozen=True)
class Wanted:
    """Exporters and opsets; seed: of the feeds. reuse: rows of earlier runs are believed; shows:
    save those of defects, of which somebody wants to see what they are told by.
    """

    exporters: tuple[str, ...]
    opsets: tuple[int, ...]
    seed: int = 0
    reuse: bool = True
    shows: bool = False

    def believes(self, row: Row | None) -> bool:
        """Whether a row of an earlier run will do."""
        return row is not None and self.reuse and not (self.shows and row.status in DEFECTS)


class Trial:
    """One net in one lane. evidence: of the last row. remembers: whether Paddle's plain kernels
    answer a feed by those that came before it.
    """

    def __init__(self, net: Net, lane: Lane, wanted: Wanted) -> None:
        self.net, self.lane, self.wanted = net, lane, wanted
        self.evidence: Evidence | None = None
        self.remembers = False

    def rows(self) -> Iterator[Row]:
        """Paddle against itself, then each exporter at each opset."""
        began = time.monotonic()
        model = self.lane.build(self.net)
        cells = [(PADDLE, 0), *((e, o) for e in self.wanted.exporters for o in self.wanted.opsets)]
        if isinstance(model, str):
            for exporter, opset in cells:
                yield Row(self.net.name, exporter, opset, "unjudged",
                          reason=f"Paddle doesn't build it: {model}")  # fmt: skip
            return
        self.model = model
        self.paths = self.lane.write(feeds(self.net, self.wanted.seed))
        self._plain: Answers | None = None
        self._usual: Answers | None = None
        for exporter, opset in cells:
            key = store.key(self.net, model, exporter, opset, self.wanted.seed)
            row = store.load(key)
            if row is None or not self.wanted.believes(row):
                began = time.monotonic()
                row = self._row(exporter, opset)
                row = replace(row, seconds=round(time.monotonic() - began, 3))
                store.save(key, row)
            yield row

    def _row(self, exporter: str, opset: int) -> Row:
        if exporter == PADDLE:
            found = self._itself()
            self._shown(found, None, None)
            row = _row(self.net, PADDLE, 0, found)
            if self.remembers and row.status != "unjudged":
                told = "what its plain kernels answer to a feed depends on those before it"
                return replace(row, status="values", reason=told)
            return row
        made = self.lane.export(self.model, exporter, opset)
        if made.file is None:
            self._shown(Judged(made.status), None, None)
            return Row(self.net.name, exporter, opset, made.status, reason=made.reason)
        return self._judged(exporter, opset, made, made.file)

    def _itself(self) -> Judged:
        """Paddle's default kernels by its plain ones. What rounding decides, a branch say, is none
        of their faults.
        """
        found = judge(self.plain(), self.usual(), lambda _: None, unmeasured=BORDERLINE)
        if found.status != "values":
            return found
        moved = judge(self.plain(), self.usual(), self._jitter)
        return moved if moved.status == "right" else found

    def _jitter(self, at: int) -> Outputs | None:
        return self.lane.jitter(self.model, self.paths[at])

    def _judged(self, exporter: str, opset: int, made: Exported, file: Path) -> Row:
        if other := self._moved(made):
            self._shown(Judged("unrepeatable"), file, None)
            return Row(self.net.name, exporter, opset, "unrepeatable", made.opset, other)
        actual = self.lane.candidate(file, self.paths)
        found = self._by_either(actual, file)
        self._shown(found, file, actual)
        row = _row(self.net, exporter, opset, found, made.opset)
        if row.status == "right" and made.opset != opset:
            return replace(row, status="upgraded", reason=f"exported at {made.opset}")
        if row.status in ("values", "shape", "dtype", "fails", "unloadable"):
            return replace(row, stage=self._stage(file))
        return row

    def plain(self) -> Answers:
        """Paddle's plain kernels, asked once, unless they remember earlier feeds."""
        if self._plain is None:
            self._plain = self.lane.plain(self.model, self.paths)
            back = self.lane.plain(self.model, self.paths[::-1])
            turned = Answers(back.outputs[::-1], back.why[::-1], back.opened, back.failed)
            found = judge(self._plain, turned, lambda _: None, unmeasured=BORDERLINE)
            if found.status not in ("right", "unjudged"):
                self.remembers = True
                self._plain = self.lane.fresh(self.model, self.paths)
        return self._plain

    def usual(self) -> Answers:
        """Paddle as it is deployed, asked once."""
        if self._usual is None:
            self._usual = self.lane.usual(self.model, self.paths)
        return self._usual

    def _stage(self, file: Path) -> str:
        """Whose fault: right with nothing optimised, it is the runtime's; else it isn't known."""
        bare = self.lane.candidate(file, self.paths, level="disable")
        return "runtime" if self._by_either(bare, file).status == "right" else ""

    def _by_either(self, actual: Answers, file: Path) -> Judged:
        """By the plain kernels; where those disagree with the default ones, by either: what a
        candidate shares with one of them is never its fault.
        """

        def noise(at: int) -> Outputs | None:
            return self.lane.noise(file, self.paths[at])

        found = judge(self.plain(), actual, noise)
        if found.status not in ("values", "shape", "dtype", "fails"):
            return found
        other = judge(self.usual().filled(self.plain()), actual, noise)
        if other.status != "right":
            return found
        return replace(
            other, reason="as Paddle's default kernels, which differ from its plain ones"
        )

    def _shown(self, found: Judged, file: Path | None, actual: Answers | None) -> None:
        at = found.at
        known = at >= 0 and actual is not None
        self.evidence = Evidence(
            self.model, file, self.paths[at] if at >= 0 else None,
            self.plain().outputs[at] if known else None,
            actual.outputs[at] if actual is not None and at >= 0 else None,
        )  # fmt: skip

    def _moved(self, made: Exported) -> str:
        """What is another thing in the second export; "" for nothing."""
        assert made.file is not None  # noqa: S101  there is one, by the caller
        assert made.again is not None  # noqa: S101
        try:
            return moved(made.file, made.again)
        except ParityError as error:
            return str(error)


def _row(net: Net, exporter: str, opset: int, found: Judged, effective: int = 0) -> Row:
    return Row(
        net.name, exporter, opset, found.status, effective, found.reason,
        feeds=found.feeds, elements=found.elements, max_abs=found.max_abs, allowed=found.allowed,
    )  # fmt: skip
