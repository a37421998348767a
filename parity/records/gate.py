"""The JSON of a gate, of one machine or merged, as it can be relied upon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from parity import strict_json
from parity.errors import RecordError
from parity.gate.cell import Status
from parity.gate.shard import Shard
from parity.report.document import SCHEMA
from parity.report.gated.document import digest
from parity.report.gated.row import row_of
from parity.report.matrix import Row, bad

MOST_BYTES = 1 << 30
"""Largest file that is read: 10,000 cells take some 100 MB, and a mistaken name may be anything."""

_KEYS: Mapping[str, type | tuple[type, ...]] = {
    "made_by": str, "passed": bool, "partial": bool, "totals": str, "cells": list,
    "profile": str, "seed": int, "settings": list, "environment": dict, "selection": dict,
    "shard": (dict, type(None)), "finished": str, "digest": str,
}  # fmt: skip


@dataclass(frozen=True)
class GateRecord:
    """document: as it was written. rows: of its cells. shard: None for a whole gate.

    finished: when its session ended; of a merged one, when the first of its parts did.
    """

    path: Path
    document: Mapping[str, Any]
    rows: tuple[Row, ...]
    shard: Shard | None
    finished: datetime

    @property
    def require_all(self) -> bool:
        """Whether a cell that couldn't be run is a failure."""
        return bool(self.document["selection"]["asked"].get("require_all"))

    @property
    def bad(self) -> list[Row]:
        """The cells that hold a release back."""
        return bad(self.rows, require_all=self.require_all)

    @property
    def elements(self) -> int:
        """Pairs of numbers compared."""
        return sum(row.elements for row in self.rows)


def read(path: Path) -> GateRecord:
    """A gate's JSON. Raises RecordError: not there, none, of another form, or damaged."""
    try:
        document = strict_json.read(path, most_bytes=MOST_BYTES)
    except OSError as error:
        raise RecordError(f"{path}: can't be read: {error.strerror or error}") from error
    except ValueError as error:
        raise RecordError(f"{path}: is damaged: {error}") from error
    _check(path, document)
    try:
        results = {c["cell"]: c["result"] for c in document["cells"] if c["result"] is not None}
        rows = tuple(row_of(c, results.get(c.get("same_as"))) for c in document["cells"])
        shard = None if document["shard"] is None else Shard(**document["shard"])
        finished = datetime.fromisoformat(document["finished"])
        asked = document["selection"]
        _ = asked["asked"].get, asked["commit"], asked["cases"].items
        _ = [(c["cell"], c["id"]) for c in asked["cells"]]
        strange = [row.status for row in rows if row.status not in get_args(Status)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        told = f"{type(error).__name__}: {error}"
        raise RecordError(f"{path}: is damaged: no gate's JSON holds that ({told})") from error
    if strange or finished.tzinfo is None:
        raise RecordError(f"{path}: is damaged: {strange[0] if strange else 'time'} isn't known")
    return GateRecord(path, document, rows, shard, finished)


def _check(path: Path, document: Any) -> None:
    if not isinstance(document, dict) or not str(document.get("made_by")).startswith("parity "):
        raise RecordError(f"{path}: isn't of parity; give what `pytest --parity-json` wrote")
    if document.get("schema") != SCHEMA:
        raise RecordError(
            f"{path}: has schema {document.get('schema')!r}, and {SCHEMA} is read here; "
            "use the parity that wrote it"
        )
    if "cells" in document and "selection" not in document:
        raise RecordError(
            f"{path}: says nothing of a selection: it is of `parity matrix`, or of an older "
            "parity; write it anew with `pytest --parity-json`"
        )
    for key, kind in _KEYS.items():
        if not isinstance(document.get(key, ...), kind):
            raise RecordError(f'{path}: is no gate\'s JSON: "{key}" is missing or of another form')
    if document["digest"] != digest(document):
        raise RecordError(
            f"{path}: is damaged or was edited: its content doesn't have the digest that it states"
        )
