"""What is known to be wrong, as data, and strict both ways."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from parity import plugins
from parity.errors import CaseError
from parity.exports._by import exporters
from parity.sweep.asked import FIRST, LAST, opsets
from parity.sweep.row import GOOD, PADDLE, Row, Status
from parity.zoo.ops import catalogue

FOLDER = Path("golden/sweep")
"""Where the files lie, from the working folder; one file an exporter, named by it."""

_KEYS = ("nets", "opset", "status", "reason", "issue")


@dataclass(frozen=True)
class Known:
    """One entry. opset: as in ``--opset``; None for all. status: any of these. where: its file."""

    exporter: str
    nets: frozenset[str]
    opset: frozenset[int] | None
    status: frozenset[str]
    reason: str
    issue: str
    where: str

    def of(self, row: Row) -> bool:
        """Whether it speaks of a row."""
        mine = row.exporter == self.exporter and row.net in self.nets
        return mine and (self.opset is None or row.opset in self.opset)


@dataclass(frozen=True)
class Held:
    """Rows against what is known. new: bad, and nobody knows it, or not so. gone: what is said of
    it is no longer so. told: bad as it is known to be, with the entry. blank: whether nothing at
    all is known here.
    """

    new: tuple[Row, ...]
    gone: tuple[tuple[Row, Known], ...]
    told: tuple[tuple[Row, Known], ...]
    blank: bool = False

    @property
    def passed(self) -> bool:
        return not self.new and not self.gone


def load(folder: Path) -> list[Known]:
    """Every entry of every file; none where the usual folder isn't there.

    Raises CaseError, naming file and entry, for what is wrong, and for another folder that isn't
    there.
    """
    if folder != FOLDER and not folder.is_dir():
        raise CaseError(f"{folder}: no such folder of what is known; leave --known out, or mend it")
    found: list[Known] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            held = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise CaseError(f"{path}: can't be read: {error}") from error
        for key in held:
            if key not in ("known", "versions"):
                raise CaseError(f"{path}: {plugins.unknown('key', key, ('known', 'versions'))}")
        entries = held.get("known", [])
        if path.stem not in (PADDLE, *exporters()):
            raise CaseError(f"{path}: {plugins.unknown('exporter', path.stem, exporters())}")
        found += [_entry(path, at, entry) for at, entry in enumerate(entries, 1)]
    _once(found)
    return found


def _once(entries: Sequence[Known]) -> None:
    """Raise CaseError where two entries speak of one cell: the second would never be held."""
    spoken: dict[tuple[str, str, int], str] = {}
    for entry in entries:
        for net in sorted(entry.nets):
            for opset in sorted(entry.opset or {0, *range(FIRST, LAST + 1)}):
                cell = (entry.exporter, net, opset)
                if cell in spoken:
                    at = f" at opset {opset}" if opset else ""
                    raise CaseError(f"{entry.where}: {net}{at} is in {spoken[cell]} already")
                spoken[cell] = entry.where


def hold(rows: Iterable[Row], known: Sequence[Known]) -> Held:
    """Hold rows against what is known. Only rows that were run count."""
    new: list[Row] = []
    gone: list[tuple[Row, Known]] = []
    told: list[tuple[Row, Known]] = []
    for row in rows:
        mine = next((k for k in known if k.of(row)), None)
        if mine is None:
            if row.status not in GOOD:
                new.append(row)
        elif row.status in mine.status:
            told.append((row, mine))
        elif row.status in GOOD:
            gone.append((row, mine))
        else:
            new.append(row)
    return Held(tuple(new), tuple(gone), tuple(told), blank=not known)


def _entry(path: Path, at: int, entry: dict[str, Any]) -> Known:
    where = f"{path}: [[known]] number {at}"
    for key in entry:
        if key not in _KEYS:
            raise CaseError(f"{where}: {plugins.unknown('key', key, _KEYS)}")
    nets, status = _texts(entry, "nets", where), _texts(entry, "status", where)
    reason = entry.get("reason", "")
    if not nets or not status or not isinstance(reason, str) or not reason.strip():
        raise CaseError(f"{where}: nets, status and reason are needed")
    for name in nets:
        if name not in catalogue():
            raise CaseError(f"{where}: {plugins.unknown('net', name, catalogue())}")
    for name in status:
        if name not in get_args(Status) or not {*status} - {*GOOD}:
            bad = [s for s in get_args(Status) if s not in GOOD]
            raise CaseError(f"{where}: {plugins.unknown('status', name, bad)}")
    opset = entry.get("opset")
    only = None if opset is None else frozenset(opsets(str(opset)))
    return Known(path.stem, frozenset(nets), only, frozenset(status), reason.strip(),
                 str(entry.get("issue", "")), where)  # fmt: skip


def _texts(entry: dict[str, Any], key: str, where: str) -> list[str]:
    value = entry.get(key, [])
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise CaseError(f"{where}: {key}: a text or a list of texts is expected")
    return value
