"""What compares the ops loads while the failing feed is made small, and never for nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psutil
import pytest

import parity
from parity.diagnose import explain
from parity.diagnose.inner import ahead
from parity.diagnose.inner.force import Started, started
from tests.diagnose.conftest import Bed, Folder, Plant

QUICK: Any = {"max_examples": 1, "max_batch": 1, "max_length": 6, "shrink_budget_s": 30}


def subtracted(bed: Bed) -> None:
    """The last addition subtracts: a fault of the graph, that only the ops tell."""
    last = [n for n in bed.model.graph.node if n.op_type == "Add"][-1]
    last.op_type = "Sub"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who had both sides started."""
    who: list[str] = []

    def by(name: str) -> Callable[..., AbstractContextManager[Started]]:
        def start(*of: Any) -> AbstractContextManager[Started]:
            who.append(name)
            return started(*of)

        return start

    monkeypatch.setattr(ahead, "started", by("ahead"))
    monkeypatch.setattr(explain, "started", by("late"))
    return who


def workers() -> set[int]:
    """Of this process; other tests beside this one keep some for theirs."""
    children = psutil.Process().children(recursive=True)
    return {p.pid for p in children if "_boot" in str(p.cmdline())}


def test_it_loads_once_and_is_used(
    folder: Folder, planted: Callable[[str, Plant], Path], begun: list[str]
) -> None:
    candidate = planted("tagger", subtracted)
    before = workers()
    result = parity.check(candidate, folder("tagger"), explain_budget_s=30, **QUICK)
    assert begun == ["ahead"]
    assert result.explanation is not None
    assert result.explanation.culprits
    assert workers() <= before


@pytest.mark.slow
def test_nothing_loads_for_what_passes_or_is_not_to_be_explained(
    folder: Folder, planted: Callable[[str, Plant], Path], begun: list[str]
) -> None:
    home = folder("tagger")
    assert parity.check(home / "model.onnx", home, explain_budget_s=30, **QUICK)
    assert not parity.check(planted("tagger", subtracted), home, explain_budget_s=0, **QUICK)
    assert begun == []


@pytest.mark.slow
def test_what_is_large_loads_late(
    folder: Folder, planted: Callable[[str, Plant], Path], begun: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(ahead, "MOST_BYTES", 10)
    result = parity.check(planted("tagger", subtracted), folder("tagger"), **QUICK)
    assert begun == ["late"]
    assert result.explanation is not None
