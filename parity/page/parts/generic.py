"""Any other document: its facts as facts, its lists as tables, whatever their keys are."""

from collections.abc import Iterator

from parity.page.blocks import Block, Cell, Facts, Fold, Listing, Para, Pieces, Section, Table
from parity.page.node import Node
from parity.page.parts.findings import of_any

_KNOWN = {"schema", "made_by", "verdict", "passed", "partial", "error", "settings", "summary"}
_APART = {"findings", "warnings", "environment", "notes"}
_DEPTH = 4
_MOST = 1000
"""Rows of a table that are drawn; all are in the JSON."""


def sections(document: Node) -> Iterator[Section]:
    """One for each list or object at the top, after the facts."""
    keys = [(k, v) for k, v in document.entries() if k not in _KNOWN | _APART]
    plain = tuple((_title(key), of_any(value)) for key, value in keys if _is_plain(value))
    if plain:
        yield Section("Facts", (Facts(plain),), "facts")
    for number, (key, value) in enumerate(keys):
        if not _is_plain(value):
            yield Section(_title(key), tuple(_blocks(key, value, _DEPTH)), f"part-{number}")


def _is_plain(value: Node) -> bool:
    return not isinstance(value.value, dict | list)


def _title(key: str) -> str:
    return key.replace("_", " ")


def _blocks(key: str, value: Node, depth: int) -> Iterator[Block]:
    if not value:
        yield Para(("none",), "dim")
    elif not depth:
        yield Para(of_any(value))
    elif isinstance(value.value, dict):
        yield from _object(value, depth)
    elif all(isinstance(entry.value, dict) for entry in value):
        yield _table(key, value)
        inner = list(_inner(value, depth))
        if inner:
            yield Fold((f"{_title(key)}, in full",), tuple(inner))
    elif value.numbers is not None:
        yield Para(of_any(value))
    else:
        yield Listing(tuple(of_any(entry) for entry in list(value)[:_MOST]))


def _object(value: Node, depth: int) -> Iterator[Block]:
    plain = tuple((_title(k), of_any(v)) for k, v in value.entries() if _is_plain(v))
    if plain:
        yield Facts(plain)
    for key, inner in value.entries():
        if not _is_plain(inner):
            yield Fold((_title(key),), tuple(_blocks(key, inner, depth - 1)), open=True)


def _table(key: str, listed: Node) -> Table:
    """A row an entry; a column a key that has anything plain in it."""
    rows = list(listed)[:_MOST]
    columns: dict[str, bool] = {}
    for row in rows:
        for name, value in row.entries():
            if _is_plain(value) or value.numbers is not None:
                number = value.number is not None or not value
                columns[name] = columns.get(name, True) and number
    names = tuple(columns) or ("entry",)
    more = len(listed) - len(rows)
    told = f", the first {len(rows)} of {len(listed)}" if more else ""
    return Table(
        f"{_title(key)}{told}",
        tuple(map(_title, names)),
        tuple(tuple(Cell(_cell(row[name])) for name in names) for row in rows),
        right=frozenset(i for i, name in enumerate(names) if columns.get(name) and i),
    )


def _cell(value: Node) -> Pieces:
    return () if value.value is None else of_any(value)


def _inner(listed: Node, depth: int) -> Iterator[Block]:
    """What of the entries is no cell."""
    for number, row in enumerate(list(listed)[:_MOST], 1):
        rest = [(k, v) for k, v in row.entries() if not _is_plain(v) and v.numbers is None and v]
        if rest:
            blocks = tuple(b for k, v in rest for b in (Para((_title(k),), "dim"),
                                                        *_blocks(k, v, depth - 1)))  # fmt: skip
            yield Fold((_name(row) or f"entry {number}",), blocks)


def _name(row: Node) -> str:
    return next((v.text for k, v in row.entries() if isinstance(v.value, str) and v.value), "")
