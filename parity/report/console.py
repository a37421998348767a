"""The console that every report is printed on."""

import errno
import io
import os
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from parity.shown import shown

_WIDEST = 10_000
_LEAST = 20  # columns below which a text beside its head is harder to read than one that wraps


class Plain(Console):
    """Rich's console; what isn't ours reaches the terminal as text and nothing else.

    Reports pass foreign text through ``shown`` themselves. This is the net below them: no control
    character leaves but those that Rich itself makes of styles.
    """

    def __init__(self, **options: Any) -> None:
        # ":bug:" in a path is a path.
        super().__init__(**{"emoji": False, "soft_wrap": True, **options})

    def on_broken_pipe(self) -> None:
        """Rich would exit with 1, which means "at least one finding" here."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Segments without a control character of somebody else's."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                lines = "\n".join(shown(part) for part in segment.text.split("\n"))
                yield Segment(lines, segment.style)


def print_whole(console: Console, table: Table) -> None:
    """Print a table as wide as it is: squeezed into eighty columns, names come to look alike."""
    table.width = Measurement.get(console, console.options.update(width=_WIDEST), table).maximum
    if console.is_terminal:
        console.print(table, soft_wrap=True)
        return
    # Whoever reads a file or pipe doesn't want what fills the last column up.
    told = io.StringIO()
    plain = Plain(file=told, width=table.width, no_color=True, highlight=False)
    plain.print(table, soft_wrap=True)
    for line in told.getvalue().splitlines():
        console.print(Text(line.rstrip()), highlight=False, soft_wrap=True)


def print_line(console: Console, head: str | Text, text: str | Text, *, indent: int = 10) -> None:
    """Print what a line is about, and beside it what it says.

    At a terminal what is too long goes on below where it began; a file or pipe gets one line.
    head, text: markup of ours, or text as it is.
    """
    heading, said = (_as_text(part) for part in (head, text))
    if said:
        heading.append(" " * max(0, indent - heading.cell_len))
    heading.no_wrap, room = True, console.width - indent
    if not console.is_terminal or said.cell_len <= room or room < _LEAST:
        console.print(heading + said, highlight=False, soft_wrap=True)
        return
    for line in said.wrap(console, room):
        line.rstrip()
        console.print(heading + line, highlight=False, soft_wrap=True)
        heading = Text(" " * indent)


def _as_text(part: str | Text) -> Text:
    return Text.from_markup(part) if isinstance(part, str) else part.copy()
