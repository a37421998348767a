"""The line that lives while a run goes on, at the foot of a terminal."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from types import TracebackType

from rich.console import Console

from parity.report.watched.line import Line
from parity.shown import shown
from parity.verify.progress import Step

EVERY_S = 0.25

_ERASE = "\r\x1b[K"


class LiveLine:
    """Shows the last step on a terminal; silent anywhere else.

    A thread draws it anew every quarter second, so that its clock goes on while an engine loads or
    works on one feed. The cursor isn't hidden and nothing else changed: a process that is killed
    leaves the terminal as it was. One that can't erase a line is told of each stage as it begins.
    """

    def __init__(self, console: Console, line: Line | None = None) -> None:
        self._console = console
        self._line = line or Line()
        self._about = ""
        self._lives = console.is_terminal and not console.is_dumb_terminal
        self._tells = console.is_terminal and console.is_dumb_terminal
        self._lock = threading.RLock()  # of the terminal
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> "LiveLine":
        if self._tells:
            self._write(f"{self._line.plain()}\n")
        if self._lives:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._over.set()
        if self._lives:
            self._thread.join()
            self._write(_ERASE)

    def __call__(self, step: Step) -> None:
        """Show a step, from the next time on that the line is drawn."""
        if self._line.step(step) and self._tells:
            self._write(f"{self._line.plain()}\n")

    def about(self, what: str) -> None:
        """Say which of several runs it is."""
        self._about = what

    def tell(self, line: str) -> None:
        """Say something that stays, to somebody who watches."""
        if self._lives or self._tells:
            with self.aside():
                self._write(f"{shown(line)}\n")

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Let others print in this block: the line is gone meanwhile."""
        with self._lock:
            if self._lives and not self._over.is_set():
                self._write(_ERASE)
            yield

    def draw(self) -> None:
        """Draw the line now."""
        with self._lock:
            self._write(f"{_ERASE}{self._line.text(self._width(), about=self._about)}")

    def _go_on(self) -> None:
        while not self._over.is_set():
            self.draw()
            self._over.wait(EVERY_S)

    def _width(self) -> int:
        """Columns, as they are now, but the last: a full line would begin another."""
        return max(1, self._console.width - 1)

    def _write(self, text: str) -> None:
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._console.file.write(text)
            self._console.file.flush()


def at(console: Console, step: Step) -> LiveLine:
    """A live line that begins with a step of its own."""
    line = Line()
    line.step(step)
    return LiveLine(console, line)


@contextlib.contextmanager
def building(console: Console) -> Iterator[Callable[[str], None]]:
    """A live line from the first that is said on: what is in the cache already takes no time."""
    with contextlib.ExitStack() as until:
        lives: list[LiveLine] = []

        def say(said: str) -> None:
            step = Step("build", what=said)
            if not lives:
                lives.append(until.enter_context(at(console, step)))
            lives[0](step)

        yield say
