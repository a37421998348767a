"""The smallest failing feed: its texts, its ids, how small it became."""

from collections.abc import Iterator

from parity.page import figures
from parity.page.blocks import Badge, Block, Facts, Figure, Para, Piece, Pieces
from parity.page.node import Node
from parity.page.texts import quote

_FEW, _FEW_WHOLE = 16, 64  # values of an input that are shown, as in the report of a terminal


def shortly(run: Node) -> Iterator[tuple[str, Pieces]]:
    """For the first screen: texts if there are any, else the arrays."""
    minimal = run["minimal"]
    if not minimal:
        return
    if minimal["text"]:
        for number, text in enumerate(list(minimal["text"])[:3]):
            yield f"text {number}", (quote(text.text),)
        if len(minimal["text"]) > 3:
            yield "", (f"and {len(minimal['text']) - 3} more",)
        return
    for name, fed in list(minimal["feed"].entries())[:4]:
        yield name, _array(fed)


def told(run: Node) -> Iterator[Block]:
    """In full."""
    minimal = run["minimal"]
    if not minimal:
        return
    rows: list[tuple[str, Pieces]] = [("made from", (minimal["label"].text,))]
    rows += [(f"text {i}", (quote(text.text),)) for i, text in enumerate(minimal["text"])]
    rows += [(name, _array(fed)) for name, fed in minimal["feed"].entries()]
    if minimal["tried"].number is not None:
        rows.append(("feeds that shrinking took", (figures.count(minimal["tried"]),)))
    if minimal["file"]:
        rows.append(("file", (minimal["file"].text,)))
    yield Facts(tuple(rows))
    if minimal["reproduced"].value is False:
        told = "It did not fail again when it was run once more, alone: the fault comes and goes."
        yield Para((Badge("unsteady", "unsure"), " ", told))


def _array(fed: Node) -> Pieces:
    shape = "x".join(extent.text for extent in fed["shape"])
    head = f"{fed['dtype'].text} [{shape}]"
    figured = list(_flat(fed["values"]))
    if figured:
        pieces: list[str | Figure] = [head, ": "]
        most = _FEW if fed["dtype"].text.startswith("float") else _FEW_WHOLE
        for number, piece in enumerate(figured[:most]):
            pieces += [", "] if number else []
            pieces.append(piece if isinstance(piece, Figure) else str(piece))
        more = f", and {len(figured) - most:,} more" if len(figured) > most else ""
        return (*pieces, more) if more else tuple(pieces)
    if fed["mean"].number is None:
        return (head,)
    return (head, ": ", figures.small(fed["min"]), " to ", figures.small(fed["max"]), ", mean ",
            figures.small(fed["mean"]))  # fmt: skip


def _flat(values: Node) -> Iterator[Piece]:
    waiting = [values]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, list):
            waiting += reversed(list(node))
        elif node.value is not None:
            yield figures.entry(node)
