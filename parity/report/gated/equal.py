"""Cells of one graph are told once, in whatever process or on whatever machine they ran."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from parity.report.document import Json
from parity.report.gated.row import order, row_of
from parity.report.matrix import Row


def once(rows: Sequence[Row]) -> list[Row]:
    """The rows in order; of those of one graph the first has the run, the others refer to it.

    One process does so by itself, since it runs a graph once. Runs of one graph that came out
    differently all stay: somebody must see that.
    """
    found = sorted(rows, key=order)
    names = Counter(row.cells[0] for row in found)
    groups: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(found):
        if row.document.get("content") and names[row.cells[0]] == 1:
            groups.setdefault(_key(row.document), []).append(place)
    for places in groups.values():
        _tell_once(found, places)
    return found


def _key(document: dict[str, Json]) -> tuple[str, str]:
    """Case, precision, inputs, engine and environment, which the name holds, and the graph."""
    made = f"[opset{document['requested_opset']}-"
    return document["cell"].replace(made, "[", 1), document["content"]


def _tell_once(found: list[Row], places: list[int]) -> None:
    results = [found[p].document["result"] for p in places]
    ran = [r for r in results if r is not None]
    same = [p for p in places if found[p].document["result"] or found[p].document["same_as"]]
    if len(same) < 2 or not ran or any(_came_to(r) != _came_to(ran[0]) for r in ran):
        return
    first, *others = same
    owner = found[first].document
    name = owner["cell"]
    if owner["result"] is None or owner["same_as"]:
        found[first] = row_of({**owner, "same_as": None, "result": ran[0]})
    for place in others:
        row = found[place]
        if row.document["same_as"] != name:
            told = row_of({**row.document, "same_as": name, "result": None}, ran[0])
            found[place] = replace(told, status=row.status)


def _came_to(result: dict[str, Json]) -> Json:
    """What must be equal for one run to stand for another."""
    worst = result["worst"] and result["worst"]["max_abs"]
    kinds = [f["message"] for f in result["findings"]]
    return result["passed"], result["elements"], str(worst), kinds
