"""One session of pytest: what its cells share, and what they come to together.

With pytest-xdist the cells run in workers, each of which has a session like this
one; the figures come to the controller's with the reports.
"""

import json
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parity.errors import OutputError
from parity.pytest_plugin import _where, _written
from parity.pytest_plugin._account import Account
from parity.pytest_plugin._options import Chosen
from parity.pytest_plugin._part import Part

if TYPE_CHECKING:
    from parity.gate.cell import Cell, CellResult
    from parity.gate.matrix import Seen
    from parity.report.matrix import Row
    from parity.verify.reference import Reference

_ROW = "parity_row"
_ACCOUNT = "parity_account"
_ROWS = "parity_rows"


class Session:
    """Registered as a plugin of its own. known: names of the cases that were seen.

    folders: of them, by name.
    partial: whether it was interrupted. nodes: the workers of pytest-xdist, if there are any.
    """

    def __init__(self, config: pytest.Config, chosen: Chosen) -> None:
        self.config = config
        self.chosen = chosen
        self.known: set[str] = set()
        self.folders: dict[str, set[Path]] = {}
        self.rows: list[Row] = []
        self.complaints: list[str] = []
        self.account = Account(config)
        self.part = Part(chosen.shard)
        self.notes: list[str] = []
        self.partial = False
        self.nodes: list[Any] = []
        self._case: object = None
        self._reference: Reference | None = None
        self._seen: Seen | None = None

    def run(self, cell: "Cell") -> "CellResult":
        """Run a cell; those of one case that follow each other share their reference."""
        from parity.gate.matrix import Seen, shared
        from parity.verify.progress import nobody

        settings = self.chosen.settings()
        if self._seen is None or self._case != cell.case.folder:
            self.close()
            self._case, self._seen = cell.case.folder, Seen()
            self._reference = shared(cell.case, settings)
        return self._seen.run(cell, settings, nobody, self._reference)

    def evidence(self, cell: "Cell") -> Path | None:
        """The folder for the evidence of a cell; None where none is wanted."""
        if self.chosen.bundles is None:
            return None
        from parity.report import bundle

        shared = len(self.folders.get(cell.case.name, ())) > 1
        of = str(cell.case.folder.resolve())
        return bundle.place(self.chosen.bundles, cell.name, of=of, shared=shared)

    def close(self) -> None:
        """End the reference of the last case."""
        kept, self._reference = self._reference, None
        self._case = self._seen = None
        if kept is not None:
            kept.close()

    def pytest_keyboard_interrupt(self) -> None:
        """Ctrl-C came, in a cell or between two, here or in a worker of pytest-xdist."""
        self.partial = True

    @pytest.hookimpl(wrapper=True)
    def pytest_ignore_collect(
        self, collection_path: Path, config: pytest.Config
    ) -> Generator[None, bool | None, bool | None]:
        """Note the cases in what others ignore."""
        ignored = yield
        if ignored:
            self.account.ignored += _where.kept_out(collection_path, config, self.chosen.folders)
        return ignored

    @pytest.hookimpl(trylast=True)  # once others have left out what they leave out everywhere
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave to other machines what is theirs."""
        self.part.take(items, self.account)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note what is left out by somebody who says so."""
        self.account.deselected.update(item.name for item in items if hasattr(item, "packed"))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what is to run."""
        self.account.selected.update(item.name for item in session.items if hasattr(item, "packed"))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object, error: object) -> None:
        """Take in what a worker of pytest-xdist collected; one that died says nothing."""
        packed = getattr(node, "workeroutput", {}).get(_ACCOUNT)
        if packed is not None:
            self.account.unpack(packed)
            self.part.unpack(packed["part"])

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """A case's reference ends with its last cell."""
        if self._case is not None and (nextitem is None or nextitem.path != item.path):
            self.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send the figures along, and say where a cell that is skipped stands."""
        report = yield
        cell: Any = item  # a CellItem, whose module is imported late
        if not hasattr(item, "packed"):
            return report
        if cell.packed is None and report.skipped:
            # A mark or hook of somebody else's: the cell itself was never asked.
            cell.skip(_reason(report))
            setattr(report, _ROW, cell.packed)
            if self.chosen.require_all:
                report.outcome, report.longrepr = "failed", f"not run: {_reason(report)}"
                vars(report).pop("wasxfail", None)
        elif cell.packed is not None and call.when == "call":
            setattr(report, _ROW, cell.packed)
            if report.skipped and isinstance(report.longrepr, tuple):
                report.longrepr = (str(item.path), 1, report.longrepr[2])
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather the figures."""
        packed = getattr(report, _ROW, None)
        if packed is not None:
            self.rows.append(_unpacked(packed))
        elif report.failed and "case.toml::" in report.nodeid:
            from parity.report.matrix import broken

            when = f"in {report.when}" if report.when in ("setup", "call", "teardown") else ""
            reason = f"ended without a result{f', {when}' if when else ': its process died'}"
            self.rows.append(broken(_plain(report.nodeid.partition("::")[2]), reason))

    @pytest.hookimpl(trylast=True)  # once the workers of pytest-xdist have ended
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End what runs, write the reports, and fail a session that compared nothing."""
        self.close()
        if hasattr(self.config, "workerinput"):
            self._hand_over()
            return
        if self.partial:
            self._take_in()
        if not self.rows and not self.account.concerned:
            return
        if session.exitstatus == pytest.ExitCode.OK:
            self._settle()
        if self.rows:
            from parity.report.gated.equal import once

            self.rows = once(self.rows)
        if self._is_vacuous(session):
            cells = f" (cells: {len(self.rows)})" if self.rows else ""
            why = f"not one element was compared{cells}" if self.rows else self.account.nothing()
            self.complaints.append(f"{why}, so nothing is shown")
        if self.partial:
            self.complaints.append("interrupted: these are the cells until then, and no verdict")
        try:
            _written.write(
                self.chosen, self.rows, self.config.rootpath, self.part.cells(self.account),
                self.part.cases, partial=self.partial, left_out=self.part.left_out(self.account),
            )  # fmt: skip
        except OutputError as error:
            self.complaints.append(str(error))
        if self.complaints and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _is_vacuous(self, session: pytest.Session) -> bool:
        """Whether nothing is shown. Where a part has nothing to compare, the whole decides that."""
        if sum(row.elements for row in self.rows):
            return False
        cells = self.part.cells(self.account)
        unasked = all(row.status == "not run" for row in self.rows)
        silent = not self.rows and self.account.selected
        if not (self.part.is_one_of_many() and cells and unasked) or silent:
            return True
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK
        compared = "compared nothing" if self.rows else f"has none of the {len(cells)} cells"
        told = "`parity merge` judges all parts together"
        self.notes.append(f"shard {self.part.shard} {compared}; {told}")
        return False

    def _hand_over(self) -> None:
        """Give the controller of pytest-xdist what its reports don't bring."""
        output: dict[str, Any] = getattr(self.config, "workeroutput", {})
        output[_ACCOUNT] = {**self.account.pack(), "part": self.part.pack()}
        if self.partial:
            output[_ROWS] = [json.dumps(asdict(row)) for row in self.rows]

    def _take_in(self) -> None:
        """What interrupted workers had, of which pytest-xdist no longer brings a report.

        It takes one that was interrupted for one that died; the worker itself knows better.
        """
        packed = [p for n in self.nodes for p in getattr(n, "workeroutput", {}).get(_ROWS, ())]
        told = {row.cells[0]: row for row in map(_unpacked, packed)}
        self.rows = [*(r for r in self.rows if r.cells[0] not in told), *told.values()]

    def _settle(self) -> None:
        """Where pytest is content: are the cells? Marks and hooks of others change what it says."""
        from parity.report import matrix

        silent = self.account.silent(row.cells[0] for row in self.rows)
        self.rows += [matrix.broken(name, "was to run, and no result came") for name in silent]
        self.rows += [
            matrix.broken(name, why, status="not run")
            for name, why in self.account.left_out(self.part.tells)
        ]
        bad = matrix.bad(self.rows, require_all=self.chosen.require_all)
        if bad:
            names = ", ".join(f"{row.cells[0]} ({row.status})" for row in bad[:3])
            more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
            self.complaints.append(f"pytest lets pass what the gate doesn't: {names}{more}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table of all cells, and the totals."""
        for line in self.account.lines():
            terminalreporter.write_line(line)
        if not (self.rows or self.complaints or self.notes):
            return
        from parity.report import matrix
        from parity.report.console import Plain, print_whole
        from parity.settings import line as told_of
        from parity.shown import shown

        terminalreporter.section("parity")
        console = Plain(color_system=None)
        with console.capture() as table:
            print_whole(console, matrix.table(self.rows))
        lines = [line.rstrip() for line in table.get().splitlines()]
        lines += ["", *matrix.reasons(self.rows)]
        # With -q pytest shows no header, and these decide what a green line is worth.
        settings = [f"settings: {told}" for told in told_of(self.chosen.from_files)]
        for line in [*lines, matrix.totals(self.rows), shown(self.chosen), *settings]:
            terminalreporter.write_line(line)
        for note in self.notes:
            terminalreporter.write_line(f"parity: {note}")
        for complaint in self.complaints:
            terminalreporter.write_line(f"FAILED parity: {shown(complaint)}", red=True)


GATE = pytest.StashKey[Session]()


def session_of(config: pytest.Config) -> Session:
    """The gate's session of a run of pytest."""
    return config.stash[GATE]


def _unpacked(packed: str) -> "Row":
    from parity.report.matrix import Row

    row = json.loads(packed)
    return Row(**{**row, "cells": tuple(row["cells"])})


def _reason(report: pytest.TestReport) -> str:
    """Why pytest skipped something."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(getattr(report, "wasxfail", "")) or "skipped"


def _plain(name: str) -> str:
    """A cell's name without the group that pytest-xdist adds to it."""
    cell, bracket, _ = name.rpartition("]")
    return f"{cell}{bracket}" or name
