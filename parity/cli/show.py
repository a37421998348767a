"""``parity show``: a report that is there already, at the terminal and as a page."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import options, streams

if TYPE_CHECKING:
    from parity.page.blocks import Page

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("report", type=_PATH)
@options.paged
def show(report: Path, html: Path | None, baseline: Path | None) -> int:
    """Render REPORT: the JSON of any of parity's commands, or the bundle of a failing run.

    Nothing is run. Without --html the first screen is printed. Exit codes: 0 if REPORT could be
    read, whatever it says; 2 if not.
    """
    from parity.page import load
    from parity.page.made import page
    from parity.page.output import Output

    with Output(html, baseline) as target:
        loaded = load.read(report)
        target.show(loaded)
    if html is None:
        _print(page(loaded.root, name=loaded.name, bundle=loaded.bundle))
    return 0


def _print(made: "Page") -> None:
    from parity.page.plain import lines

    console = streams.console(highlight=False)
    for line in lines(made):
        console.print(line, markup=False, soft_wrap=True)
