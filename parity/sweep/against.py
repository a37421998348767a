"""A sweep beside an earlier one: of another release of an exporter, of a runtime or Paddle."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parity.errors import UsageError
from parity.sweep.row import GOOD, PADDLE, Row


@dataclass(frozen=True)
class Change:
    """One cell that was another. was, now: statuses."""

    net: str
    exporter: str
    opset: int
    was: str
    now: str


@dataclass(frozen=True)
class Changes:
    """fixed: bad, now good. broken: good, now bad. other: bad in another way. same: how many are
    as they were. added: not in the earlier one. missing: only in it. common: how many cells of an
    exporter both have.
    """

    fixed: tuple[Change, ...]
    broken: tuple[Change, ...]
    other: tuple[Change, ...]
    same: int
    added: int
    missing: int
    common: int

    @property
    def passed(self) -> bool:
        """Whether nothing that was good is bad now, and anything was there before."""
        return not self.broken and self.common > 0


def against(rows: Sequence[Row], old: Path) -> Changes:
    """Rows beside those of an earlier run's JSON. Raises UsageError for what is no such file."""
    before = _read(old)
    fixed: list[Change] = []
    broken: list[Change] = []
    other: list[Change] = []
    same = added = common = 0
    for row in rows:
        was = before.pop(row.key, None)
        if was is None:
            added += 1
            continue
        # Paddle against itself is in every run, whatever exporter or opset was asked for.
        common += row.exporter != PADDLE
        change = Change(row.net, row.exporter, row.opset, was, row.status)
        good = was in GOOD, row.status in GOOD
        if good[0] != good[1]:
            (fixed if good[1] else broken).append(change)
        elif was == row.status or good[0]:
            same += 1
        else:
            other.append(change)
    return Changes(tuple(fixed), tuple(broken), tuple(other), same, added, len(before), common)


def _read(path: Path) -> dict[tuple[str, str, int], str]:
    try:
        held = json.loads(path.read_text("utf-8"))
        return {(r["net"], r["exporter"], r["opset"]): r["status"] for r in held["rows"]}
    except OSError as error:
        raise UsageError(f"--against {path}: can't be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"--against {path}: is no JSON of `parity sweep --json`") from error
