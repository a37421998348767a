"""A cell's row, made again of what its JSON says."""

from collections.abc import Mapping

from parity.report.document import Json
from parity.report.matrix import Row


def order(row: Row) -> tuple[str, int, str]:
    """How the cells of a gate stand below each other."""
    return (row.document["case"], row.document.get("requested_opset") or 0, row.cells[0])


def row_of(
    document: dict[str, Json], same: Mapping[str, Json] | None = None, *, seconds: bool = True
) -> Row:
    """The row of a cell's document.

    same: the result of the cell whose run stands for this one. Raises KeyError, TypeError,
    ValueError for a document that isn't one.
    """
    told = document["result"] or same or {}
    own = document["result"] is not None
    cells = (
        document["cell"],
        _opset(document),
        _text(document.get("ir_version")),
        _text(document.get("nodes")),
        document["status"],
        _short(told.get("worst"), "max_abs"),
        _allowed(told),
        f"{told['ties']}/{told['answers']}" if told else "",
        f"{told['elements']:,}" if told and told["elements"] else "",
        "same graph" if document.get("same_as") else _seconds(document, wanted=seconds),
    )
    return Row(
        cells,
        document["status"],
        _reason(document, own=own),
        int(told["elements"]) if own else 0,
        int(told["ties"]) if own else 0,
        document,
    )


def _opset(document: Mapping[str, Json]) -> str:
    requested, effective = document.get("requested_opset"), document.get("effective_opset")
    if document.get("ir_version") is None:  # nothing was asked of a given file
        return _text(effective)
    return str(requested) if effective == requested else f"{requested} -> {effective}"


def _allowed(told: Mapping[str, Json]) -> str:
    outputs = told.get("outputs") or [{}]
    return _short(outputs[0].get("worst"), "allowed")


def _short(figures: Mapping[str, Json] | None, name: str) -> str:
    # NaN and infinity are strings in JSON.
    return "" if not figures else f"{float(figures[name]):.2g}"


def _seconds(document: Mapping[str, Json], *, wanted: bool) -> str:
    return f"{document['seconds']:.1f}" if wanted and "seconds" in document else ""


def _reason(document: Mapping[str, Json], *, own: bool) -> str:
    same = f"same graph as {document['same_as']}" if document.get("same_as") else ""
    warned = [f"warning: {w}" for w in document.get("warnings", ()) if w not in document["reason"]]
    parts = (document["reason"], document.get("coverage"), same, *(warned if own else ()))
    return "; ".join(str(part) for part in parts if part)


def _text(value: Json) -> str:
    return "" if value is None else str(value)
