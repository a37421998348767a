"""Findings at the lines of the cases, for whom reviews a change on GitHub."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from parity.annotate.note import wanted
from parity.pytest_plugin._session import session_of

if TYPE_CHECKING:
    from parity.annotate.note import Note


class Notes:
    """Registered as a plugin of its own; remembers where each cell that was reported stands."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._nodes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the place of a cell; with pytest-xdist the name has its group behind it."""
        place, _, name = report.nodeid.partition("::")
        cell, bracket, _ = name.rpartition("]")
        if place.endswith("case.toml"):
            self._nodes[f"{cell}{bracket}"] = place

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print them behind the table."""
        rows = session_of(self.config).rows
        if not rows or not wanted(session_of(self.config).chosen.annotations):
            return
        from parity.annotate.note import github

        for line in github(self._notes()):
            terminalreporter.write_line(line)

    def _notes(self) -> "Iterator[Note]":
        from parity.annotate.of_cells import again, notes

        for row in session_of(self.config).rows:
            name = str(row.document["cell"])
            place = self._nodes.get(name)
            # A cell that was never reported: its case is told by name.
            case = Path(place) if place else Path("golden", str(row.document["case"]), "case.toml")
            node = f"{case}::{name}"
            yield from notes(row.document, self.config.rootpath / case, again(node))
