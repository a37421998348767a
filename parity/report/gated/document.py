"""The document of a gate, of one machine or of what several ran."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from parity.report.document import Json, finite
from parity.report.matrix import Row, documents

TIMES = frozenset(("seconds", "finished"))
"""Keys whose values are another in each run of the same."""


def gate_document(
    rows: Sequence[Row], *, require_all: bool, partial: bool, finished: datetime,
    of: Mapping[str, Json],
) -> dict[str, Json]:  # fmt: skip
    """Cells, and what they were run with; with a digest, by which damage is seen.

    of: ``profile``, ``seed``, ``settings``, ``environment``, ``shard``, ``selection``.
    """
    made = documents(rows, require_all=require_all, partial=partial) | dict(of)
    made["finished"] = finished.isoformat(timespec="seconds")
    made["digest"] = digest(made)
    return made


def digest(document: Mapping[str, Json]) -> str:
    """SHA-256 of a gate's document, times and the digest itself apart."""
    told = {key: value for key, value in document.items() if key != "digest"}
    text = json.dumps(finite(timeless(told)), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def timeless(value: Json) -> Json:
    """A document without its times."""
    if isinstance(value, dict):
        return {k: timeless(v) for k, v in value.items() if k not in TIMES}
    if isinstance(value, list | tuple):
        return [timeless(item) for item in value]
    return value
