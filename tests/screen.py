"""A terminal that knows what parity may say to one, and nothing else."""

import re
import unicodedata

_PIECE = re.compile(r"\r|\n|\x1b\[K|\x1b\[[\d;]*m|[^\r\n\x1b]", re.DOTALL)


class Screen:
    """What is to be seen, and all that a line was on the way. Raises for any other control."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines = [""]
        self.column = 0
        self.coloured = False

    def feed(self, text: str) -> "Screen":
        at = 0
        for piece in _PIECE.finditer(text):
            assert piece.start() == at, f"a control that none of us sends: {text[at : at + 20]!r}"
            at = piece.end()
            self._take(piece[0])
        assert at == len(text), f"a control that none of us sends: {text[at:]!r}"
        return self

    def _take(self, piece: str) -> None:
        if piece == "\r":
            self.column = 0
        elif piece == "\n":
            self.lines.append("")
            self.column = 0
        elif piece == "\x1b[K":
            self.lines[-1] = self.lines[-1][: self.column]
        elif piece.startswith("\x1b["):
            self.coloured |= re.search(r"[\[;](3[0-7]|9[0-7])[;m]", piece) is not None
        else:
            assert piece.isprintable(), f"a control that none of us sends: {piece!r}"
            self._write(piece)

    def _write(self, character: str) -> None:
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if self.cells() + wide > self.width:
            self.lines.append("")
            self.column = 0
        self.lines[-1] = self.lines[-1][: self.column] + character
        self.column += 1

    def cells(self) -> int:
        """Columns that the line takes up to the cursor."""
        text = self.lines[-1][: self.column]
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
