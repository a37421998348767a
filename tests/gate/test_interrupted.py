"""Ctrl-C in the gate, alone and with pytest-xdist: what is whole by then is told, as partial."""

import json
import re

import pytest

from tests.gate.repository import Repository
from tests.verify.conftest import tagger

# In the middle of the cells of "late": to the process that runs them, and to the one above it.
STOP = """
import os, signal
from parity.workers.worker import Worker
submit, sent = Worker.submit, []
def counted(self, feed):
    sent.append(self.model.program)
    if sum("late" in str(p) for p in sent) == 40:
        for pid in {pids}:
            os.kill(pid, signal.SIGINT)
    submit(self, feed)
Worker.submit = counted
"""
LATE = "late[file-fp32-short]"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pids", "workers"),
    [
        ("(os.getpid(),)", ()),
        ("(os.getpid(),)", ("-n", "1")),
        ("(os.getppid(), os.getpid())", ("-n", "1", "--dist", "loadgroup")),
    ],
    ids=["alone", "a worker", "all, as a terminal does"],
)
def test_an_interrupted_session_reports_what_it_has(
    repository: Repository, pids: str, workers: tuple[str, ...]
) -> None:
    repository.case("early", tagger())
    repository.case("late", tagger())
    (repository.root / "conftest.py").write_text(STOP.format(pids=pids))
    ran = repository.run("golden", *workers)
    assert ran.code == 2, ran.text
    assert "interrupted: these are the cells until then, and no verdict" in ran.text
    report = json.loads((repository.root / "report.json").read_text())
    assert (report["partial"], report["passed"]) == (True, False)
    assert ran.status("early[file-fp32-short]") == "passed"
    assert not ran.cells["early[file-fp32-short]"]["result"]["partial"]
    assert ran.status(LATE) == "error"
    assert re.match(r"interrupted after [1-9]\d* examples$", ran.reason(LATE))
    assert ran.cells[LATE]["result"]["partial"]


def test_between_two_cells_as_well(repository: Repository) -> None:
    """One whole cell that passed is no session that passed."""
    repository.case("early", tagger())
    repository.case("late", tagger())
    (repository.root / "conftest.py").write_text(
        "def pytest_runtest_setup(item):\n"
        "    if 'late' in item.name:\n"
        "        raise KeyboardInterrupt\n"
    )
    ran = repository.run("golden")
    assert ran.code == 2, ran.text
    report = json.loads((repository.root / "report.json").read_text())
    assert (report["partial"], report["passed"]) == (True, False)
    assert list(ran.cells) == ["early[file-fp32-short]"]
