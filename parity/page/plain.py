"""The first screen of a page for a terminal."""

from collections.abc import Iterator

from parity.page.blocks import Block, Facts, Link, Mark, Page, Para, Pieces, Pre, Table
from parity.page.render import foreign


def lines(page: Page) -> Iterator[str]:
    """What it is of, the verdict, and what the page begins with."""
    if about := text(page.about):
        yield about
    yield f"{page.verdict.word}: {text(page.verdict.pieces)}"
    for block in page.first:
        if isinstance(block, Facts):
            yield from (f"{name:9} {text(said)}" for name, said in block.rows)
        elif isinstance(block, Pre):
            yield f"{'replay':9} {foreign(block.text)}"
        elif isinstance(block, Para) and block.role != "dim":
            yield text(block.pieces)
    if not page.first:  # a list of lints, an export: what is said is in its sections
        for section in page.sections:
            yield from _inner(section.title, section.blocks)


_ROWS = 8
"""Of a table; the page has all."""

_LONG = 100  # characters of a cell


def _inner(title: str, blocks: tuple[Block, ...]) -> Iterator[str]:
    """Facts and tables of a section, as lines."""
    for block in blocks:
        if isinstance(block, Facts):
            yield from (f"{name:9} {text(said)}" for name, said in block.rows)
        elif isinstance(block, Table):
            yield f"{title}: {len(block.rows)}"
            for row in block.rows[:_ROWS]:
                cells = filter(None, (_short(text(cell.pieces)) for cell in row))
                yield f"          {', '.join(cells)}"
            if len(block.rows) > _ROWS:
                yield f"          … and {len(block.rows) - _ROWS} more; --html FILE has them"


def _short(said: str) -> str:
    return said if len(said) <= _LONG else f"{said[:_LONG]}…"


def text(pieces: Pieces) -> str:
    """Pieces in a line, without markup; foreign ones as they may be shown."""
    return "".join(map(_plain, pieces))


def _plain(piece: object) -> str:
    if isinstance(piece, Link):
        return text(piece.pieces)
    if isinstance(piece, Mark):
        return f"[{foreign(piece.text)} {foreign(piece.label)}]"
    return str(foreign(piece if isinstance(piece, str) else getattr(piece, "text", "")))
