"""The line that lives while a run goes on."""

import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from parity.verify.progress import Step


class LiveLine:
    """Shows the last step on a terminal; silent anywhere else.

    A thread of Rich's draws it anew eight times a second, so that its clock goes on while an
    engine loads or works on one feed.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._shown = console.is_terminal
        self._clock = clock
        self._begun = clock()
        self._step = Step("load")
        self._live = Live(
            console=console, transient=True, refresh_per_second=8, get_renderable=self._render
        )

    def __enter__(self) -> "LiveLine":
        if self._shown:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._shown:
            self._live.stop()

    def __call__(self, step: Step) -> None:
        """Show a step, from the next time on that the line is drawn."""
        self._step = step

    def _render(self) -> Text:
        return Text(self._text(self._step))

    def _text(self, step: Step) -> str:
        elapsed = f"{self._clock() - self._begun:.0f} s"
        if step.stage == "load":
            return f"loading both engines, {elapsed}"
        if step.stage == "sizes":
            return f"learning which sizes the reference takes: {step.done} feeds, {elapsed}"
        if step.stage == "shrink":
            smallest = f", smallest {step.smallest} positions" if step.smallest else ""
            return f"shrinking: {step.done} feeds tried{smallest}, {elapsed}"
        total = f"/{step.total}" if step.total else ""
        used = f"worst {step.ratio:.0%} of what is allowed"
        return f"{step.stage}: {step.done}{total} examples, {used}, {elapsed}"
