"""What is printed while a run goes on: what is compared with what, and what was inferred."""

from collections.abc import Callable
from types import TracebackType

from rich.console import Console

from parity.report import terminal
from parity.report.watched.live import LiveLine
from parity.verify.progress import Step
from parity.verify.request import Request


class Begun:
    """A watcher of one run: the header at once, notes as they come, the live line below.

    console: where the report goes. told: the notes that are printed. Whatever can't be printed is
    printed at the end, or is told as an error then: the run itself goes on.
    """

    def __init__(self, request: Request, console: Console, live: LiveLine) -> None:
        self._console, self._live = console, live
        self._request = request
        self._broken = False
        self.told: list[str] = []

    def __enter__(self) -> "Begun":
        self._print(lambda: terminal.header(self._request, self._console))
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._live.__exit__(kind, error, trace)

    def __call__(self, step: Step) -> None:
        """Print what is new, and show the step."""
        new = [line for line in step.told if line not in self.told]
        if new:
            self._print(lambda: terminal.notes(new, self._console))
            self.told += new
        self._live(step)

    @property
    def notes(self) -> list[str] | None:
        """The notes that are printed; None where not all of it could be."""
        return None if self._broken else self.told

    def _print(self, what: Callable[[], None]) -> None:
        if self._broken:
            return
        try:
            with self._live.aside():
                what()
                self._console.file.flush()
        except OSError:
            self._broken = True
