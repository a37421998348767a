"""``parity matrix`` over a real case: opsets read back, graphs run once, one reference."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from parity.case import load
from parity.cli.check import check
from parity.cli.matrix import matrix
from parity.errors import ParityError
from parity.gate.cells import cells
from parity.gate.matrix import run_all
from parity.gate.models import Roots
from parity.gate.run import Settings
from parity.model.tensors import Feed
from parity.verify.request import Effort
from parity.workers.worker import Worker

CASE = """
summary = "the trained tagger, without its golden"
[reference]
zoo = "ernie-tiny-ner"
[candidate]
{upgrades}
[inputs.short]
kind = "ids"
max_length = 16
"""


def case(folder: Path, *, upgrades: str = "upgrades = [11]") -> Path:
    made = folder / "tagger"
    made.mkdir()
    (made / "case.toml").write_text(CASE.format(upgrades=upgrades))
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(matrix, [*arguments, "--max-examples", "3"], standalone_mode=False)


@pytest.mark.slow
def test_opsets_are_read_back_and_equal_graphs_run_once(tmp_path: Path) -> None:
    out, table = tmp_path / "out.json", tmp_path / "out.md"
    done = run(
        str(case(tmp_path)), "--opset", "7-8,13", "--json", str(out), "--markdown", str(table)
    )
    assert done.return_value == 0, done.output
    report = json.loads(out.read_text())
    assert report["passed"]
    seven, eight, thirteen = report["cells"]
    assert (seven["requested_opset"], seven["effective_opset"]) == (7, 11)
    assert [c["status"] for c in report["cells"]] == ["upgraded", "upgraded", "passed"]
    assert eight["same_as"] == seven["cell"]
    assert thirteen["same_as"] is None
    assert seven["result"]["elements"] > 0
    assert "| tagger[opset7-fp32-short] | 7 -> 11 |" in table.read_text()


def test_an_opset_that_the_case_does_not_accept_fails(tmp_path: Path) -> None:
    done = run(str(case(tmp_path, upgrades="")), "--opset", "7")
    assert done.return_value == 1
    assert "emitted at opset 11, not 7" in done.output


@pytest.mark.slow
def test_an_opset_beyond_the_matrix_of_the_gate_may_be_named(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = run(str(case(tmp_path)), "--opset", "17,21", "--json", str(out))
    assert done.return_value == 0, done.output
    cells = json.loads(out.read_text())["cells"]
    assert [(c["effective_opset"], c["status"]) for c in cells] == [(17, "passed"), (21, "passed")]


def test_a_released_file_has_the_opset_that_it_has(tmp_path: Path) -> None:
    folder = case(tmp_path)
    text = (folder / "case.toml").read_text()
    assert "[candidate]\n" in text
    (folder / "case.toml").write_text(
        text.replace("[candidate]\n", '[candidate]\npath = "a.onnx"\n')
    )
    done = run(str(folder), "--opset", "7,9")
    assert isinstance(done.exception, ParityError)
    assert "names a released file (a.onnx), which has the opset that it has" in str(done.exception)
    done = run(str(folder), "--precision", "fp16")
    assert "has no precision fp16; there are: fp32" in str(done.exception)


@pytest.mark.parametrize("opset", ["6", "22", "x", "13-"])
def test_an_opset_that_there_is_not_is_an_error(tmp_path: Path, opset: str) -> None:
    assert isinstance(run(str(case(tmp_path)), "--opset", opset).exception, ParityError)


def test_the_reference_runs_each_feed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: dict[str, int] = {"paddle": 0, "ort": 0, "noise": 0}
    submit = Worker.submit

    def noting(worker: Worker, feed: Feed, **more: int) -> None:
        ran[worker.engine] += 1
        submit(worker, feed, **more)

    monkeypatch.setattr(Worker, "submit", noting)
    chosen = list(cells(load(case(tmp_path)), opsets=(11, 13), precisions=(), engine=None))
    results = list(run_all(chosen, Settings(Roots(), Effort(), examples=3)))
    assert [r.status for r in results] == ["passed", "passed"]
    # Not even a feed that comes up twice in one run is run twice.
    # Rows alone are asked of it, too; what both cells ask is answered from memory.
    assert 0 < ran["paddle"] <= 0.6 * ran["ort"]


def interrupting(monkeypatch: pytest.MonkeyPatch, *, feeds: int) -> None:
    """Ctrl-C once the candidates have been sent so many feeds."""
    sent = [0]
    submit = Worker.submit

    def interrupted(worker: Worker, feed: Feed) -> None:
        sent[0] += worker.engine == "ort"
        if sent[0] > feeds:
            raise KeyboardInterrupt
        submit(worker, feed)

    monkeypatch.setattr(Worker, "submit", interrupted)


@pytest.mark.parametrize("verb", ["matrix", "check"])
def test_an_interrupted_run_shows_the_cells_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    out, folder = tmp_path / "out.json", case(tmp_path)
    interrupting(monkeypatch, feeds=20)
    if verb == "matrix":
        done = run(str(folder), "--opset", "11,13", "--json", str(out))
    else:
        done = CliRunner().invoke(check, [str(folder), "--json", str(out)], standalone_mode=False)
    assert done.return_value == 130, done.output
    report = json.loads(out.read_text())
    assert (report["partial"], report["passed"]) == (True, False)
    (cell,) = report["cells"]
    assert cell["status"] == "error"
    assert cell["reason"].startswith("interrupted after ")
    result = cell if verb == "check" else cell["result"]
    assert 0 < result["examples"] <= 20
    assert result["elements"] > 0
    assert "interrupted in cell 1 of " in done.output


def test_an_interrupt_before_anything_was_compared_is_none_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupting(monkeypatch, feeds=0)
    done = run(str(case(tmp_path)), "--opset", "13")
    assert isinstance(done.exception, click.Abort)  # what click makes of KeyboardInterrupt
