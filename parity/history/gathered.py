"""Gates of a folder in the order in which they were run, cell by cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from parity.errors import RecordError
from parity.gate.cell import GOOD
from parity.records.gate import GateRecord, read
from parity.report.matrix import Row

FURTHER = 2.0
"""How many times further off counts as worse: a judgement. Another version or processor moves a
worst difference too, by rounding alone."""

FEWER = 2.0
"""How many times fewer numbers compared count as worse: a judgement. A pass is worth what was
compared for it, and other seeds draw other lengths."""


@dataclass(frozen=True)
class Point:
    """A cell in one run. off, allowed: of its worst output; None where nothing was compared.
    elements: pairs of numbers that were.
    """

    finished: datetime
    file: str
    status: str
    off: float | None
    allowed: float | None
    versions: Mapping[str, str]
    cpu: str
    commit: str | None
    elements: int

    @property
    def good(self) -> bool:
        """Whether it was good."""
        return self.status in GOOD


@dataclass(frozen=True)
class Worse:
    """How a cell got worse: from the last run before to the first after, and what else changed."""

    before: Point
    after: Point
    how: str
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Track:
    """One cell over all runs in which it was, the oldest first. gone: the newest run hasn't it."""

    cell: str
    case: str
    precision: str
    points: tuple[Point, ...]
    gone: bool

    @property
    def worse(self) -> tuple[Worse, ...]:
        """Every time that it got worse, whatever came later; or by how much it has crept."""
        found = tuple(_worse(self.points))
        return found or tuple(filter(None, (self._crept(),)))

    @property
    def is_worse(self) -> bool:
        """Whether the newest run is worse than the best before it, or has lost the cell."""
        if self.gone and self.points[-1].status != "not run":
            return True
        return self._crept() is not None

    def _crept(self) -> Worse | None:
        """How the newest run is worse than the best of all, or than that which compared most."""
        newest, top = self.points[-1], best(self.points)
        most = max((p for p in self.points if p.good), key=lambda p: p.elements, default=newest)
        for before, how in ((top, _how(top, newest)), (most, _fewer(most, newest))):
            if how:
                return Worse(before, newest, how, tuple(_changed(before, newest)))
        return None


@dataclass(frozen=True)
class Gathered:
    """runs: files, the oldest first. unread: what lies there and is no gate, each with why."""

    runs: tuple[GateRecord, ...]
    tracks: tuple[Track, ...]
    unread: tuple[str, ...]


def gather(folder: Path, *, leave_out: Sequence[Path] = ()) -> Gathered:
    """All gates below a folder. Raises RecordError if there is none.

    A part of a gate, and a partial one, is named among the unread: its missing cells would count.
    """
    if folder.is_file():
        raise RecordError(f"{folder}: is a file; name the folder in which the gates' JSONs lie")
    left = {path.resolve() for path in leave_out}
    runs, unread = [], []
    for path in sorted(folder.rglob("*.json")):
        if path.resolve() in left or path.name.endswith(".dsse.json"):
            continue
        try:
            record = read(path)
        except RecordError as error:
            unread.append(str(error))
            continue
        why = _unfit(record)
        if why:
            unread.append(f"{path}: {why}")
        else:
            runs.append(record)
    if not runs:
        told = f" ({unread[0]})" if unread else ""
        raise RecordError(f"{folder}: no JSON of a gate here{told}")
    runs.sort(key=lambda record: (record.finished, str(record.path)))
    return Gathered(tuple(runs), tuple(_tracks(runs)), tuple(unread))


def best(points: Sequence[Point]) -> Point:
    """The best of all but the newest; that one if it is alone."""
    return min(points[:-1] or points, key=lambda p: (not p.good, _or_none(p)))


def _or_none(point: Point) -> float:
    return float("inf") if point.off is None else point.off


def _unfit(record: GateRecord) -> str:
    if record.shard is not None:
        return f"is part {record.shard} of a gate; put it together with `parity merge`"
    return "is partial: it was interrupted" if record.document["partial"] else ""


def _tracks(runs: Sequence[GateRecord]) -> Iterator[Track]:
    seen: dict[str, list[tuple[Row, Point]]] = {}
    for record in runs:
        own = {row.document["cell"]: row.document["result"] for row in record.rows}
        for row in record.rows:
            result = row.document["result"] or own.get(row.document.get("same_as"))
            seen.setdefault(row.document["cell"], []).append((row, _point(record, row, result)))
    newest = {row.document["cell"] for row in runs[-1].rows}
    for name, found in sorted(seen.items()):
        document = found[-1][0].document
        yield Track(
            name, document["case"], document.get("precision", ""),
            tuple(point for _, point in found), name not in newest,
        )  # fmt: skip


def _point(record: GateRecord, row: Row, result: Mapping[str, object] | None) -> Point:
    told: dict[str, object] = {}
    outputs = result.get("outputs") if result else None
    if isinstance(outputs, list) and outputs:
        told = dict(outputs[0].get("worst") or {})
    worst = result.get("worst") if result else None
    off = worst.get("max_abs") if isinstance(worst, dict) else None
    environment = record.document["environment"]
    return Point(
        record.finished, str(record.path), row.status, _number(off), _number(told.get("allowed")),
        environment["versions"], environment["cpu"], record.document["selection"]["commit"],
        int((result or {}).get("elements") or 0),  # type: ignore[call-overload]
    )  # fmt: skip


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _worse(points: Sequence[Point]) -> Iterator[Worse]:
    for before, after in pairwise(points):
        how = _how(before, after)
        if how:
            yield Worse(before, after, how, tuple(_changed(before, after)))


def _how(before: Point, after: Point) -> str:
    if before.good and not after.good:
        return f"{before.status}, then {after.status}"
    if fewer := _fewer(before, after):
        return fewer
    if before.off is None or after.off is None:
        return ""
    # "not <=": NaN is worse than any number.
    if after.off != 0 and not after.off <= FURTHER * before.off:
        return f"off by {before.off:.2g}, then by {after.off:.2g}"
    if before.allowed is not None and after.allowed is not None and after.allowed > before.allowed:
        return f"allowed {before.allowed:.2g}, then {after.allowed:.2g}"
    return ""


def _fewer(before: Point, after: Point) -> str:
    # One that isn't good has ended early, and is told anyway.
    if after.good and before.elements > FEWER * after.elements:
        return f"{before.elements:,} numbers compared, then {after.elements:,}"
    return ""


def _changed(before: Point, after: Point) -> Iterator[str]:
    for name in sorted({*before.versions, *after.versions}):
        old, new = before.versions.get(name), after.versions.get(name)
        if old != new:
            yield f"{name} {old or 'none'} -> {new or 'none'}"
    if before.cpu != after.cpu:
        yield f"CPU {before.cpu} -> {after.cpu}"
    if before.commit != after.commit:
        yield f"commit {(before.commit or 'none')[:10]} -> {(after.commit or 'none')[:10]}"
