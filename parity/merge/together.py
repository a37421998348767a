"""The gate that the parts are together: the document that one machine would have written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parity.errors import RecordError
from parity.merge.fit import problems
from parity.records.gate import GateRecord
from parity.report.gated.document import gate_document
from parity.report.gated.equal import once
from parity.report.matrix import Row


@dataclass(frozen=True)
class Merged:
    """document: as ``pytest --parity-json`` writes it. notes: what a person should know of it."""

    document: dict[str, Any]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether a release may go through."""
        return bool(self.document["passed"])

    @property
    def elements(self) -> int:
        """Pairs of numbers compared."""
        return sum(row.elements for row in self.rows)


def together(parts: Sequence[GateRecord]) -> Merged:
    """The whole gate. Raises RecordError with every reason why the parts make none."""
    if not parts:
        raise RecordError("no part to merge")
    found = problems(parts)
    if found:
        raise RecordError("\n".join(found))
    ordered = sorted(parts, key=lambda part: part.shard.index if part.shard else 0)
    rows = once([row for part in ordered for row in part.rows])
    first = ordered[0].document
    of = {
        "profile": first["profile"],
        "seed": first["seed"],
        "settings": first["settings"],
        "environment": _environment(ordered),
        "shard": None,
        "selection": first["selection"],
    }
    document = gate_document(
        rows, require_all=parts[0].require_all, partial=False,
        finished=min(part.finished for part in parts), of=of,
    )  # fmt: skip
    return Merged(document, tuple(rows), tuple(_notes(ordered)))


def _environment(parts: Sequence[GateRecord]) -> dict[str, Any]:
    """That of all. Of several processors all names, and the flags that every one has."""
    told = [part.document["environment"] for part in parts]
    flags = [f for f in told[0]["cpu_flags"] if all(f in one["cpu_flags"] for one in told)]
    several = {key: "; ".join(sorted({one[key] for one in told})) for key in ("cpu", "system")}
    return {**told[0], **several, "cpu_flags": flags}


def _notes(parts: Sequence[GateRecord]) -> list[str]:
    made = [f"shard {part.shard}: has no cell" for part in parts if not part.rows]
    cpus = sorted({part.document["environment"]["cpu"] for part in parts})
    if len(cpus) > 1:
        made.append(f"the parts ran on several processors: {'; '.join(cpus)}")
    return made
