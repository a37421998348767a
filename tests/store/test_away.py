"""Checks with a store at an address: the same verdict, whatever the server does."""

from pathlib import Path

import pytest

from parity.report.document import document
from parity.store.count import FromStore
from parity.verify.request import Effort, Request
from parity.verify.result import Result
from parity.verify.run import verify
from parity.workers.worker import Worker
from tests.cli.command import Command
from tests.gate.repository import changed
from tests.verify.conftest import Bench


def asking(bench: Bench, candidate: Path | None = None) -> Request:
    return bench.request(candidate, effort=Effort(1, shrink_s=1), max_batch=2)


def told(result: Result) -> dict[str, object]:
    return {k: v for k, v in document(result).items() if k not in ("seconds", "store")}


def count(result: Result) -> FromStore:
    assert result.from_store is not None
    return result.from_store


def test_a_second_machine_runs_no_reference(
    ftp: str, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_STORE", ftp)
    loaded: list[str] = []
    start = Worker.start

    def noting(worker: Worker) -> None:
        loaded.append(worker.model.program.name)
        start(worker)

    monkeypatch.setattr(Worker, "start", noting)
    first = verify(asking(bench))
    assert first.passed
    assert "healthy.onnx" in loaded
    assert [*(tmp_path / "served" / "store" / "answers").rglob("*.safetensors")]
    loaded.clear()
    second = verify(asking(bench))
    assert "healthy.onnx" not in loaded
    assert count(second).answers == count(second).of == count(first).of > 0
    assert told(second) == told(first)


def command_in(folder: Path) -> Command:
    (folder / "run").mkdir()
    return Command(folder / "run")


def test_a_server_that_takes_nothing_is_told_once(
    backends: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_STORE", "unwritable://x")
    result = verify(asking(bench, bench.save("wrong", changed("linear", by=0.01))))
    assert not result.passed
    assert count(result).of > 0
    said = "nothing can be put there: unwritable://x: can't be written: PermissionError"
    assert str(count(result)).count(said) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("named", "said"),
    [
        (
            "unwritable://x",
            "nothing can be put there: unwritable://x: can't be written: Permission",
        ),
        ("dying://x", "nothing can be put there: dying://x: can't be written: the process"),
        ("unreadable://x", "not all could be looked up: unreadable://x: can't be read: OSError"),
    ],
)
def test_a_server_that_fails_changes_no_verdict(
    backends: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch, named: str, said: str
) -> None:
    candidate = bench.save("wrong", changed("linear", by=0.01))
    for asked in (asking(bench), asking(bench, candidate)):
        monkeypatch.delenv("PARITY_STORE", raising=False)
        without = verify(asked)
        monkeypatch.setenv("PARITY_STORE", named)
        result = verify(asked)
        assert told(result) == told(without)
        assert str(count(result)).count(said) == 1
        assert count(result).of > 0


@pytest.mark.slow
def test_what_a_server_cuts_is_asked_anew_and_told(
    backends: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_STORE", "halving://x")
    first, second = verify(asking(bench)), verify(asking(bench))
    assert told(first) == told(second)
    # A feed that comes twice may be answered by what this very run has on its way there.
    assert count(second).answers <= 2
    assert count(second).broken >= count(second).of > 20


@pytest.mark.parametrize("words", [("check", "model.onnx"), ("cache", "clear")])
def test_a_library_that_is_not_there_is_one_line(
    bench: Bench, tmp_path: Path, words: tuple[str, ...]
) -> None:
    command = command_in(tmp_path)
    (command.work / "model.onnx").write_bytes(bench.healthy.read_bytes())
    reference = ("--reference", str(bench.healthy)) if words[0] == "check" else ()
    done = command.run(*words, *reference, env={"PARITY_STORE": "s3://bucket/store"})
    assert (done.code, done.out, done.left) == (2, "", [])
    assert done.err == (
        "parity: PARITY_STORE=s3://bucket/store: what reads s3:// is not installed: "
        "Install s3fs to access S3\n"
    )


def test_without_fsspec_it_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "fsspec.py").write_text("raise ModuleNotFoundError(\"No module named 'fsspec'\")")
    named = {"PARITY_STORE": "s3://bucket/store", "PYTHONPATH": str(tmp_path)}
    done = command_in(tmp_path).run("cache", "clear", env=named)
    assert (done.code, done.err.count("\n"), done.left) == (2, 1, [])
    assert done.err.endswith("which is not installed: pip install fsspec\n")


def test_the_cache_shows_and_clears_it(tmp_path: Path) -> None:
    command = command_in(tmp_path)
    key = "0" * 64
    kept = tmp_path / "store" / "answers" / key / "a.safetensors"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"x" * 100)
    named = {"PARITY_STORE": f"file://{tmp_path}/store"}
    shown = command.run("cache", env=named)
    (line,) = (line for line in shown.out.splitlines() if line.startswith("store-answers"))
    assert " 1  100 B " in line
    done = command.run("cache", "clear", "store-answers", env=named)
    assert done.out == "store-answers: 1 removed, 100 B\n1 removed, 100 B\n"
    assert not kept.exists()
