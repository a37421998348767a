"""The first screen of a page for a terminal."""

from collections.abc import Iterator

from parity.page.blocks import Facts, Link, Mark, Page, Para, Pieces, Pre
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


def text(pieces: Pieces) -> str:
    """Pieces in a line, without markup; foreign ones as they may be shown."""
    return "".join(map(_plain, pieces))


def _plain(piece: object) -> str:
    if isinstance(piece, Link):
        return text(piece.pieces)
    if isinstance(piece, Mark):
        return f"[{foreign(piece.text)} {foreign(piece.label)}]"
    return str(foreign(piece if isinstance(piece, str) else getattr(piece, "text", "")))
