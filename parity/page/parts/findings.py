"""What was found and what is said of a run, in full."""

from collections.abc import Iterator

from parity.page import figures
from parity.page.blocks import Badge, Block, Facts, Fold, Listing, Para, Piece, Pieces
from parity.page.node import Node
from parity.page.parts.answers import answer, is_answer

_MOST = 200


def found(run: Node) -> Iterator[Block]:
    """Each finding: its line, and its fields."""
    for finding in list(run["findings"])[:_MOST]:
        yield _said(finding, "finding", "bad")
    yield from _more(run["findings"])


def warned(run: Node) -> Iterator[Block]:
    """Each warning."""
    for warning in list(run["warnings"])[:_MOST]:
        if isinstance(warning.value, str):  # of a cell, which has the lines alone
            yield Para((Badge("warning", "unsure"), " ", warning.text))
        else:
            yield _said(warning, "warning", "unsure")
    yield from _more(run["warnings"])


def _more(listed: Node) -> Iterator[Block]:
    if len(listed) > _MOST:
        yield Para((f"and {len(listed) - _MOST} more, which are in the JSON",), "dim")


def _said(finding: Node, what: str, tone: str) -> Block:
    head: Pieces = (Badge(what, tone), " ", finding["message"].text or finding["kind"].text)
    inside: list[Block] = [*answer(finding)] if is_answer(finding) else []
    if not inside:
        inside = [Facts(tuple(_fields(finding)))]
    return Fold(head, tuple(inside), open=is_answer(finding))


def _fields(finding: Node) -> Iterator[tuple[str, Pieces]]:
    yield "kind", (finding["kind"].text,)
    for key, value in finding.entries():
        if key not in ("kind", "message"):
            yield key, of_any(value)


def of_any(value: Node) -> Pieces:
    """Any field, on a line."""
    if isinstance(value.value, list):
        if value.numbers is not None and value:
            return tuple(_between([figures.plain(entry) for entry in value]))
        return ("; ".join(_flat(entry) for entry in value) or "none",)
    if isinstance(value.value, dict):
        return (_flat(value) or "none",)
    return (figures.plain(value) if value.value is not None else "none",)


def _between(pieces: list[Piece]) -> Iterator[Piece]:
    for number, piece in enumerate(pieces):
        if number:
            yield ", "
        yield piece


def _flat(value: Node, depth: int = 3) -> str:
    if isinstance(value.value, dict):
        if not depth:
            return "…"
        return ", ".join(f"{key} {_flat(inner, depth - 1)}" for key, inner in value.entries())
    if isinstance(value.value, list):
        return "[" + ", ".join(_flat(e, depth - 1) for e in value) + "]" if depth else "…"
    return value.text


def notes(run: Node) -> Iterator[Block]:
    """What was inferred or chosen, one line each."""
    told = [note.text for note in run["notes"]]
    if store := run["store"]:
        count = f"{store['answers'].text} of {store['of'].text}, {store['broken'].text} damaged"
        told.append(f"answers from the store: {store['why'].text or count}")
    if told:
        yield Listing(tuple((line,) for line in told))
