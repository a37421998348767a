"""Cases and their cells as pytest's collectors and items. Imported once there is a case."""

import json
import signal
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from parity.case import FILE
from parity.errors import ParityError
from parity.gate.cell import GOOD, Cell, CellResult
from parity.gate.cells import cells, folders
from parity.interrupts import Interrupts
from parity.plugins import unknown
from parity.pytest_plugin import _failure
from parity.pytest_plugin._session import session_of
from parity.pytest_plugin._where import GOLDEN
from parity.report import bundle
from parity.report.matrix import Row, broken, rows
from parity.shown import shown
from parity.target import find_case


class RefusedError(Exception):
    """The cell fails. The text is all that is shown."""


class Checkout(pytest.Directory):
    """The folder ``parity`` of a checkout: the cases in ``golden`` beside it."""

    def collect(self) -> Iterator[pytest.Collector]:
        """One file a case."""
        for path in folders(self.path.parent / GOLDEN):
            file = path / FILE if path.is_dir() else path
            yield CaseFile.from_parent(self, path=file)


class CaseFile(pytest.File):
    """A case.toml."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item a cell; one that fails for a case that is wrong, so that the others run."""
        session = session_of(self.config)
        chosen, name = session.chosen, self.path.parent.name
        session.known.add(name)
        session.folders.setdefault(name, set()).add(self.path.parent.resolve())
        if chosen.cases and name not in chosen.cases:
            return
        try:
            found = cells(
                find_case(self.path),
                opsets=chosen.opsets,
                precisions=chosen.precisions,
                engine=chosen.engine,
            )
            named = {cell.name: cell for cell in found}
        except ParityError as error:
            session.account.collected[f"{name}[case]"] += 1
            yield CellItem.from_parent(self, name=shown(f"{name}[case]"), wrong=str(error))
            return
        except Exception as error:  # and the healthy case beside it is collected all the same
            wrong = f"{self.path}: can't be read: {_failure.internal(error)}"
            session.account.collected[f"{name}[case]"] += 1
            yield CellItem.from_parent(self, name=f"{name}[case]", wrong=wrong)
            return
        session.account.collected.update(list(named))
        for cell in named.values():
            yield CellItem.from_parent(self, name=shown(cell.name), cell=cell)


class CellItem(pytest.Item):
    """A cell; or, where ``wrong`` says why, a case that has none."""

    def __init__(self, *, cell: Cell | None = None, wrong: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell
        self.wrong = wrong
        self.row: Row | None = None
        if self.config.pluginmanager.hasplugin("xdist"):
            # With --dist loadgroup the cells of a case share one reference.
            self.add_marker(pytest.mark.xdist_group(self.path.parent.name))

    def runtest(self) -> None:
        """Verify, and tell pytest what came of it."""
        if self.cell is None:
            self.row = broken(self.name, self.wrong)
            self._figures({"status": "error"})
            raise RefusedError(shown(self.wrong))
        session = session_of(self.config)
        interrupts = Interrupts([signal.SIGINT])
        try:
            with interrupts.handled():
                result = session.run(self.cell)
        except KeyboardInterrupt:
            session.partial = True
            # A new one: pytest can't print one that came where Python has no line number.
            raise KeyboardInterrupt from None
        except Exception as error:
            if interrupts.received is not None:  # and a library made another error of it
                raise KeyboardInterrupt from None
            reason = _failure.internal(error)
            (self.row,) = rows([CellResult(self.cell, "error", reason)])
            self._figures({"status": "error"})
            raise
        (self.row,) = rows([self._evidence(result)])
        self._figures(_figures(result))
        if result.ended_by is not None:
            # pytest reports nothing of an item that is interrupted.
            session.partial = True
            session.rows.append(self.row)
            raise KeyboardInterrupt
        self._judge(result)

    def skip(self, reason: str) -> None:
        """Note that somebody else's mark or hook kept this cell from being run."""
        if self.cell is None:
            self.row = broken(self.name, self.wrong)
            return
        (self.row,) = rows([CellResult(self.cell, "not run", f"skipped: {reason}")])
        self._figures({"status": "not run"})

    def _judge(self, result: CellResult) -> None:
        session = session_of(self.config)
        if result.status == "not run" and not session.chosen.require_all:
            pytest.skip(shown(result.reason))
        if result.status == "xfailed":
            # With --runxfail this returns, and the cell fails as if nothing excused it.
            pytest.xfail(shown(result.reason))
        elif result.status in GOOD:
            return
        folder = session.evidence(result.cell)
        raise RefusedError(_failure.text(result, self._plain, session.chosen, folder))

    def _evidence(self, result: CellResult) -> CellResult:
        """The result; it says where an earlier run's evidence of a cell that passes went."""
        folder = session_of(self.config).evidence(result.cell)
        if folder is None or result.status == "failed":
            return result
        aside = bundle.retire(folder)
        if aside is None:
            return result
        told = f"evidence of an earlier run is now {aside}"
        return replace(result, reason="; ".join(filter(None, (result.reason, told))))

    @property
    def _plain(self) -> str:
        # nodeid, without the group that pytest-xdist adds to it.
        return f"{self.parent.nodeid if self.parent else ''}::{self.name}"

    def _figures(self, figures: dict[str, object]) -> None:
        self.user_properties += list(figures.items())

    @property
    def packed(self) -> str | None:
        """What it came to, for the process that reports; None until it was run."""
        return None if self.row is None else json.dumps(asdict(self.row))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any
    ) -> Any:
        """No traceback, unless --full-trace asks for it."""
        error = excinfo.value
        if isinstance(error, RefusedError):
            return str(error)
        if self.config.option.fulltrace or not isinstance(error, Exception):
            return super().repr_failure(excinfo)
        return _failure.internal(error)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Where pytest says that it is."""
        return self.path, 0, self.name


def settle(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Each cell once; an error for names of no case, and for a selection without a cell."""
    gate = session_of(session.config)
    wrong = [unknown("case", name, gate.known) for name in gate.chosen.cases
             if name not in gate.known]  # fmt: skip
    first = {item.nodeid: item for item in reversed(items) if isinstance(item, CellItem)}
    if not gate.account.collected and not wrong and not session.testsfailed:
        wrong = [f"no cell of {', '.join(sorted(gate.known))} at this opset and precision"
                 " (a case that names a released file has the opset that it has)"]  # fmt: skip
    items[:] = [i for i in items if not isinstance(i, CellItem) or first[i.nodeid] is i]
    gate.account.settled.update(item.name for item in first.values())
    gate.part.note(first.values())
    if not wrong:
        return
    if not hasattr(session.config, "workerinput"):
        raise pytest.UsageError(shown("; ".join(wrong)))
    # What a worker of pytest-xdist raises here, nobody gets to see.
    items[:] = [CellItem.from_parent(session, name="parity[selection]", wrong="; ".join(wrong))]


def _figures(result: CellResult) -> dict[str, object]:
    figures: dict[str, object] = {"status": result.status, "elements": result.elements}
    if result.derived is not None:
        figures["effective_opset"] = result.derived.effective_opset
    if result.result is None:
        return figures
    verdict = result.result.verdict
    effective = result.result.environment.effective_opset
    figures |= {
        "effective_opset": figures.get("effective_opset", effective),
        "examples": verdict.examples,
        "answers": verdict.answers,
        "ties": verdict.ties,
        "seed": result.result.request.effort.seed,
    }
    if verdict.worst:
        worst = verdict.worst[0]
        figures |= {
            "worst_output": shown(worst.output),
            "max_abs": worst.max_abs,
            "max_rel": worst.max_rel,
            "allowed": worst.allowed,
        }
    return figures
