"""A sweep of operators as one JSON document."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from parity.report.document import Json, head
from parity.report.sweep.text import totals
from parity.sweep.against import Changes
from parity.sweep.known import Held
from parity.sweep.row import Row
from parity.zoo.ops import family_of


def document(
    rows: Sequence[Row], held: Held, versions: Mapping[str, str], *, seed: int,
    compared: Changes | None, partial: bool,
) -> dict[str, Json]:  # fmt: skip
    """For a program."""
    return {
        **head(),
        "passed": held.passed and not partial,
        "partial": partial,
        "versions": dict(versions),
        "seed": seed,
        "nets": len({r.net for r in rows}),
        "totals": totals(rows, held),
        "rows": [{"family": family_of(r.net), **asdict(r), "known": _known(r, held)} for r in rows],
        "gone": [
            {"net": r.net, "exporter": r.exporter, "opset": r.opset, "where": k.where}
            for r, k in held.gone
        ],
        "against": None if compared is None else asdict(compared),
    }


def _known(row: Row, held: Held) -> str | None:
    return next((k.reason for r, k in held.told if r.key == row.key), None)
