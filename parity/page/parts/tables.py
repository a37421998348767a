"""Rows of tables."""

from parity.page.blocks import Cell, Pieces


def cells(*of: Pieces) -> tuple[Cell, ...]:
    """A row of plain cells."""
    return tuple(Cell(pieces) for pieces in of)
