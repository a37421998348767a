"""The line that lives while a run goes on."""

import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from parity.verify.progress import Step


class LiveLine:
    """Shows the last step on a terminal; silent anywhere else."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, transient=True, refresh_per_second=8)
        self._shown = console.is_terminal
        self._begun = time.monotonic()

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
        """Show a step."""
        if self._shown:
            self._live.update(Text(self._text(step)))

    def _text(self, step: Step) -> str:
        elapsed = f"{time.monotonic() - self._begun:.0f} s"
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
