"""Whoever watches through the API is told what the command shows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import parity
from parity.api.watching import Reported, Watching
from parity.report.console import Plain
from parity.verify.progress import Step, Watcher
from parity.verify.request import Request
from tests.api.test_check import FAULTY, QUICK
from tests.api.test_others import case as case


class Seen(Watching):
    """Writes down all that it is told."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.built: list[str] = []
        self.steps: list[Step] = []
        self.runs: list[str] = []
        self.ended = 0

    @contextmanager
    def building(self) -> Iterator[Callable[[str], None]]:
        yield self.built.append

    @contextmanager
    def running(self, request: Request) -> Iterator[Watcher]:
        self.requests.append(request)
        with self.cells() as watch:
            yield watch

    @contextmanager
    def cells(self) -> Iterator[Watcher]:
        try:
            yield self.steps.append
        finally:
            self.ended += 1

    def about(self, what: str) -> None:
        self.runs.append(what)

    def done(self, line: str) -> None:
        self.runs.append(line)


def test_a_check_tells_what_it_compares_and_where_it_stands(work: Path) -> None:
    seen = Seen()
    options: Any = FAULTY | {"explain_budget_s": 1}
    result = parity.check("model.onnx", "reference.onnx", progress=seen, **options)
    assert not result
    assert [r.candidate.model.program for r in seen.requests] == [Path("model.onnx")]
    stages = [*dict.fromkeys(step.stage for step in seen.steps)]
    assert stages[0] == "load"
    assert "boundary" in stages
    assert stages[-1] == "explain"
    told = [line for step in seen.steps for line in step.told]
    assert set(told) <= set(result.notes)
    assert told
    assert seen.ended == 1


def test_several_models_are_counted(work: Path) -> None:
    seen = Seen()
    assert parity.check_all(["model.onnx"], "reference.onnx", progress=seen, **QUICK)
    assert seen.runs == [], "one is none of several"
    found = parity.check_all(["model.onnx", "reference.onnx"], "model.onnx", progress=seen, **QUICK)
    assert found.checked
    assert seen.runs == ["model 1/2", "model 2/2"]


def test_cells_are_counted(case: Path) -> None:
    seen = Seen()
    assert parity.matrix("tiny", opsets="13", progress=seen)
    assert seen.runs == ["1/1 tiny[file-fp32-few]: passed"]
    assert "boundary" in {step.stage for step in seen.steps}


def test_what_is_exported_is_told(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from parity.exports import derive

    seen = Seen()
    said: list[object] = []

    def made(*_: object, progress: Callable[[str], None], **__: object) -> None:
        progress("exporting at opset 14")
        said.append(True)
        raise parity.ParityError("enough")

    monkeypatch.setattr(derive, "derive", made)
    with pytest.raises(parity.ParityError, match="enough"):
        parity.check("model.json", opset=14, progress=seen)
    assert seen.built == ["exporting at opset 14"]
    assert said


def test_notes_that_were_printed_are_known(work: Path) -> None:
    file = StringIO()
    watching = Reported(Plain(file=file, width=200, color_system=None))
    result = parity.check("model.onnx", "reference.onnx", progress=watching, **QUICK)
    assert file.getvalue().startswith("reference reference.onnx (ort)\ncandidate model.onnx (ort)")
    assert watching.told
    assert all(f"          {note}\n" in file.getvalue() for note in watching.told)
    assert set(watching.told) <= set(result.notes)
