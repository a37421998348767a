"""Who watches a run, and what they get to see of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from parity.report.watched.live import LiveLine
    from parity.verify.progress import Step, Watcher
    from parity.verify.request import Request


class Watching:
    """Someone who watches. This one is nobody; others have methods of their own.

    What `building`, `running`, `explaining` and `cells` give is a context: it lasts as long as what
    is watched. A step is told often, so whoever takes it must be quick.
    """

    def building(self) -> AbstractContextManager[Callable[[str], None]]:
        """While models are found, built and exported; hears a line about what takes minutes."""
        return nullcontext(_deaf)

    def running(self, request: "Request") -> "AbstractContextManager[Watcher]":
        """While a request is run, and what was found is explained; gets every step."""
        return nullcontext(_blind)

    def explaining(self) -> AbstractContextManager[object]:
        """While somebody asked for an explanation alone."""
        return nullcontext()

    def cells(self) -> "AbstractContextManager[Watcher]":
        """While the cells of a case are run, one after the other; gets every step of each."""
        return nullcontext(_blind)

    def about(self, what: str) -> None:
        """Hears which of several runs begins: "cell 2/6"."""

    def done(self, line: str) -> None:
        """Hears what one of several runs came to, where there are many."""


class Line(Watching):
    """Sees a line on standard error that lives meanwhile, if that is a terminal."""

    def __init__(self) -> None:
        self._about = ""
        self._live: LiveLine | None = None

    def building(self) -> AbstractContextManager[Callable[[str], None]]:
        from parity.report.watched.live import building

        return building(_stderr())

    @contextmanager
    def running(self, request: "Request") -> "Iterator[Watcher]":
        with self._lives() as live:
            yield live

    def explaining(self) -> AbstractContextManager[object]:
        from parity.report.watched.live import at
        from parity.verify.progress import Step

        return at(_stderr(), Step("explain"))

    @contextmanager
    def cells(self) -> "Iterator[Watcher]":
        with self._lives() as live:
            self._live = live
            try:
                yield live
            finally:
                self._live = None

    def about(self, what: str) -> None:
        self._about = what
        if self._live is not None:
            self._live.about(what)

    def done(self, line: str) -> None:
        if self._live is not None:
            self._live.tell(line)

    def _lives(self) -> "LiveLine":
        from parity.report.watched.live import LiveLine

        made = LiveLine(_stderr())
        made.about(self._about)
        return made


class Reported(Line):
    """Sees what is compared, and what is inferred, on the console of the report, and the line.

    told: the notes of the last run that were printed; None where not all of it could be.
    """

    def __init__(self, console: "Console") -> None:
        super().__init__()
        self._console = console
        self.told: list[str] | None = None

    @contextmanager
    def running(self, request: "Request") -> "Iterator[Watcher]":
        from parity.report.watched.begun import Begun

        with Begun(request, self._console, self._lives()) as begun:
            try:
                yield begun
            finally:
                self.told = begun.notes


def watching(progress: "bool | Watching") -> Watching:
    """Who watches, where ``progress`` is what a user said."""
    if isinstance(progress, Watching):
        return progress
    return Line() if progress else Watching()


def _stderr() -> "Console":
    from parity.report.console import Plain

    return Plain(stderr=True)


def _deaf(line: str) -> None:
    """Nobody hears."""


def _blind(step: "Step") -> None:
    """Nobody sees."""
