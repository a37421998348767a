"""A sweep: one reference, one row a deployment; what can't run here says why, and never passes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from parity.cli.check import check
from parity.deployments.deployment import Deployed, Deployment, passed
from parity.deployments.every import every
from parity.deployments.run import _is_reference, run
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed
from parity.report import deployments as report
from parity.report.console import Plain, print_whole
from parity.verify.request import Effort, Request, Side
from parity.workers.worker import Worker
from tests.gate.repository import TASK, Repository
from tests.schemas.test_documents import problems
from tests.verify.conftest import Bench, tagger

PLAIN = Deployment("plain", "ort", {"optimization": "disable"})
FLOAT32 = Deployment("openvino, f32", "openvino", {"precision": "f32"})
SHIFTED = Deployment("shifted", "fake", {"fault": "shift"})
CUDA = Deployment("ort on CUDA", "ort", {"provider": "cuda"})
DYING = Deployment("dying", "fake", {"fault": "exit", "when": "open"})


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    return Bench(tmp_path).request(effort=Effort(3, shrink_s=3))


def shown(rows: list[Deployed]) -> str:
    console = Plain(file=StringIO(), width=200, color_system=None)
    print_whole(console, report.table(rows))
    assert isinstance(console.file, StringIO)
    return "\n".join([console.file.getvalue(), *report.reasons(rows)])


def test_each_row_says_what_came_of_it(request_: Request) -> None:
    rows = list(run(request_, [PLAIN, FLOAT32, SHIFTED, CUDA, DYING]))
    assert [r.status for r in rows] == ["parity", "parity", "differs", "not run", "differs"]
    assert [r.elements > 0 for r in rows] == [True, True, True, False, False]
    assert not passed(rows)
    assert passed(rows[:2])
    text = shown(rows)
    assert "CUDAExecutionProvider isn't in this onnxruntime" in text
    assert "computes in f32" in text
    told = report.documents(rows)
    assert told["verdict"] == "differs"
    assert [d["status"] for d in told["deployments"]] == [r.status for r in rows]
    assert told["deployments"][3]["result"] is None
    assert "CUDA" in told["deployments"][3]["why"]


def test_all_rows_see_the_same_feeds_and_the_reference_runs_each_once(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed: dict[str, list[int]] = {}
    submit, start = Worker.submit, Worker.start
    starts: list[str] = []

    def counted(self: Worker, feed: Feed) -> None:
        if self.model.program.name == "healthy.onnx":
            fed.setdefault("reference", []).append(hash(tuple(a.tobytes() for a in feed.values())))
        submit(self, feed)

    def started(self: Worker) -> None:
        starts.append(self.model.program.name)
        start(self)

    monkeypatch.setattr(Worker, "submit", counted)
    monkeypatch.setattr(Worker, "start", started)
    rows = list(run(request_, [PLAIN, FLOAT32]))
    assert [r.status for r in rows] == ["parity", "parity"]
    assert rows[0].result is not None
    assert rows[1].result is not None
    assert rows[0].result.verdict.examples == rows[1].result.verdict.examples
    assert starts.count("healthy.onnx") == 1
    # What looks beside the search asks again; the feeds of the search are run once.
    assert len(fed["reference"]) < 1.5 * rows[0].result.verdict.examples


@pytest.mark.parametrize("statuses", [[], ["not run"], ["parity", "differs"]])
def test_nothing_passes_that_did_not_all_agree(statuses: list[str]) -> None:
    rows = [Deployed(PLAIN, status) for status in statuses]  # type: ignore[arg-type]
    assert not passed(rows)


def test_a_row_that_compared_nothing_does_not_pass() -> None:
    assert not passed([Deployed(PLAIN, "parity")])


def test_a_reference_that_fails_is_no_rows_fault(request_: Request) -> None:
    dying = replace(
        request_, reference=replace(request_.reference, engine="fake", options=DYING.options)
    )
    with pytest.raises(EngineError, match="the reference fails"):
        list(run(dying, [PLAIN]))


def test_a_candidate_that_is_no_onnx_file(request_: Request, tmp_path: Path) -> None:
    paddle = Artifact("pir", tmp_path / "m.json")
    asked = replace(request_, candidate=replace(request_.candidate, model=paddle))
    with pytest.raises(UsageError, match="is no ONNX file"):
        list(run(asked, [PLAIN]))


def test_rows_of_another_model_say_why_they_can_not_run(request_: Request) -> None:
    ways = [way for way in every() if way.model != "candidate"]
    assert len(ways) > 2
    for row in run(request_, ways):
        assert (row.status, row.why) == ("not run", "the reference is no Paddle model")
    for row in run(replace(request_, precision="int8"), ways):
        assert (row.status, row.why) == ("not run", "is FP32, and INT8 is checked")


def test_the_reference_itself_is_no_deployment(request_: Request, tmp_path: Path) -> None:
    """Nor is it compared with itself."""
    model = Artifact("pir", tmp_path / "m.json")
    default, plain = (way for way in every() if way.model == "reference")
    assert _is_reference(Side(model, "paddle"), default)
    assert not _is_reference(Side(model, "paddle"), plain)
    assert _is_reference(Side(model, "paddle", {"onednn": False, "ir_optim": False}), plain)
    assert not _is_reference(Side(model, "openvino"), default)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("parity.deployments.every.every", lambda: (PLAIN, CUDA))
    return iter(())


def test_the_command(tmp_path: Path, small: None) -> None:
    bench, out = Bench(tmp_path), tmp_path / "out.json"
    arguments = [
        str(bench.twin), "--reference", str(bench.healthy), "--sweep", "--max-examples", "3",
        "--database", str(tmp_path / "kept"),
    ]  # fmt: skip
    done = CliRunner().invoke(check, [*arguments, "--json", str(out)], standalone_mode=False)
    assert done.return_value == 0, done.output
    assert "ort on CUDA: not run: " in done.output
    told = json.loads(out.read_text())
    assert problems("deployments", told) == []
    assert problems("deployments", {**told, "deployments": [{}]})
    assert (told["verdict"], told["passed"]) == ("parity", True)
    done = CliRunner().invoke(
        check, [*arguments, "--candidate-engine", "ort"], standalone_mode=False
    )
    assert isinstance(done.exception, UsageError | click.UsageError)
    assert "--candidate-engine doesn't go with --sweep" in str(done.exception)


def test_where_nothing_runs_it_could_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parity.deployments.every.every", lambda: (CUDA,))
    bench = Bench(tmp_path)
    arguments = [str(bench.twin), "--reference", str(bench.healthy), "--sweep"]
    done = CliRunner().invoke(check, arguments, standalone_mode=False)
    assert done.return_value == 2, done.output


def test_of_a_case_answers_that_change_are_counted(tmp_path: Path, small: None) -> None:
    """With its task and golden; what the case decides is not said again."""
    repository = Repository(tmp_path)
    folder = repository.case("tagger", tagger(), TASK)
    repository.record(folder)
    out = tmp_path / "out.json"
    words = [str(folder), "--sweep", "--max-examples", "3", "--json", str(out)]
    done = CliRunner().invoke(check, words, standalone_mode=False)
    assert done.return_value == 0, done.output
    row = json.loads(out.read_text())["deployments"][0]
    assert (row["status"], row["result"]["answers"] > 0) == ("parity", True)
    done = CliRunner().invoke(check, [*words, "--rtol", "0.1"], standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert "--rtol doesn't go with a case" in str(done.exception)


def test_what_one_engine_computes_in_is_nothing_to_sweep(request_: Request) -> None:
    with pytest.raises(UsageError, match="is what one engine computes a file in"):
        list(run(replace(request_, precision="bf16"), [PLAIN]))
