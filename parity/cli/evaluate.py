"""``parity evaluate``: how often each precision of a case is right on labelled data."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parity.cli import options, streams
from parity.model.precisions import PRECISIONS
from parity.shown import shown

if TYPE_CHECKING:
    from rich.console import Console

    from parity.case import Case
    from parity.evaluate.data import Data
    from parity.tasks import Task
    from parity.verify.request import Request

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@click.option("--data", required=True, type=_PATH, help="Folder of labelled data, or a file of it.")
@click.option(
    "--split", type=click.Choice(["dev", "test", "data"]), default="dev", show_default=True,
    help="Which file of the folder; data has no labels.",
)  # fmt: skip
@click.option(
    "--precision", multiple=True, type=click.Choice(PRECISIONS),
    help="May be repeated; default: those of the case.",
)  # fmt: skip
@click.option("--engine", multiple=True, metavar="NAME", help="Of the candidates; may be repeated.")
@click.option("--batch", type=click.IntRange(1, 4096), default=32, show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Ask only the first so many rows.")
@click.option("--models", type=_PATH, help="Folder of models that users bring.")
@click.option("--json", "json_file", type=_PATH, help="Write all figures as JSON; - for stdout.")
@click.option("--markdown", type=_PATH, help="Write the table as Markdown, for a CI summary.")
@options.paged
def evaluate(
    cases: tuple[str, ...], data: Path, split: str, precision: tuple[str, ...],
    engine: tuple[str, ...], batch: int, limit: int | None, models: Path | None,
    json_file: Path | None, markdown: Path | None, html: Path | None, baseline: Path | None,
) -> int:  # fmt: skip
    """Measure CASE on labelled data: its reference, and each precision of its candidate.

    Of several cases, such as a pruned one beside the whole, the first one's reference is
    what all are compared to. Exit codes: 0 within the limits that the cases state, 1 beyond
    them or a candidate fails, 2 could not run.
    """
    from parity.case import find
    from parity.errors import UsageError
    from parity.evaluate import run
    from parity.gate.models import Roots
    from parity.gate.run import Settings
    from parity.page.output import Output
    from parity.report import accuracy, targets
    from parity.report.console import print_whole
    from parity.report.document import dumps
    from parity.verify.request import Effort

    if markdown == targets.STDOUT:
        raise UsageError("--markdown takes a file")
    targets.check(json=json_file, markdown=markdown, html=html)
    chosen = [find(name, (Path("golden"),)) for name in cases]

    def read(case: "Case", task: "Task", asked: "Request") -> "Data":
        return _read(data, case, task, asked, split)

    with Output(html, baseline) as page, _Progress(streams.console(stderr=True)) as watch:
        found = run.evaluate(
            chosen, read, Settings(Roots.of(models), Effort()), precisions=precision,
            engines=engine, batch=batch, limit=limit, watch=watch,
        )  # fmt: skip
        made = accuracy.document(found)
        page.write(made)
    text = dumps(made)
    to_stdout = json_file == targets.STDOUT
    streams.give(text, json_file)
    if markdown is not None:
        targets.write(markdown, accuracy.markdown(found), "markdown")
    console = streams.console(stderr=to_stdout, highlight=False)
    print_whole(console, accuracy.table(found))
    for line in accuracy.lines(found):
        console.print(line, markup=False, soft_wrap=True)
    return 0 if found.passed else 1


def _read(data: Path, case: "Case", task: "Task", asked: "Request", split: str) -> "Data":
    from parity.evaluate.formats import find
    from parity.evaluate.labels import labels_of
    from parity.tasks.seq_cls import SeveralLabels

    name = case.task.name if case.task else ""
    return find.read(
        data, name, labels_of(task), split=split, paired=asked.kind == "pairs",
        several=isinstance(task, SeveralLabels),
    )  # fmt: skip


class _Progress:
    """A line on a terminal with rate and time left; silent anywhere else."""

    def __init__(self, console: "Console") -> None:
        from rich.live import Live

        self._shown = console.is_terminal
        self._live = Live(console=console, transient=True, refresh_per_second=4)
        self._name, self._begun = "", 0.0

    def __enter__(self) -> "_Progress":
        if self._shown:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._live.stop()

    def __call__(self, name: str, done: int, total: int) -> None:
        from rich.text import Text

        from parity.evaluate.rate import told

        if not self._shown:
            return
        if name != self._name:
            self._name, self._begun = name, time.monotonic()
        line = told(shown(name), done, total, time.monotonic() - self._begun)
        self._live.update(Text(line))
