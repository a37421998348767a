"""A run that is ended early, by Ctrl-C or SIGTERM: what it has found until then isn't lost."""

import contextlib
import signal
from collections.abc import Iterator

from parity.compare.findings import severity
from parity.interrupts import Terminated
from parity.verify.result import Minimal
from parity.verify.search import Search


class Early:
    """signum: the signal that ended the run; None if it came to its own end."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self.signum: int | None = None

    @contextlib.contextmanager
    def end(self) -> Iterator[None]:
        """Take the signal in this block, once something was compared; raise it before that."""
        try:
            yield
        except (KeyboardInterrupt, Terminated) as error:
            if not self._search.found.tally.examples:
                raise
            self.signum = number(error)

    def smallest(self) -> Minimal | None:
        """The smallest failing feed so far: not shrunk, not run again, its outputs not kept."""
        failing = self._search.found.failing
        if not failing:
            return None
        kind = min(failing, key=lambda k: severity(failing[k][1][0]))
        example, findings = failing[kind]
        return Minimal(example, {}, {}, findings, reproduced=False)


def number(error: BaseException) -> int:
    """The signal that an exception stands for."""
    return error.signum if isinstance(error, Terminated) else int(signal.SIGINT)
