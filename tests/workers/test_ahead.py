"""A process that was begun ahead serves the next worker of its engine, or ends with its block."""

import os
import time
import types
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from parity import plugins, zoo
from parity.api.running import paddle_ahead
from parity.cli.check import check
from parity.engines import EngineInfo, imports
from parity.model.artifact import Artifact, resolve
from parity.workers import ahead, child, heap, spawn
from parity.workers.ahead import begun, taken
from parity.workers.worker import Worker


def model() -> Artifact:
    return resolve(zoo.build("ernie-tiny-ner"), want="paddle")


@pytest.fixture(autouse=True)
def before() -> set[int]:
    """Children of pytest's that others began."""
    return {child.pid for child in psutil.Process().children()}


def waiting(before: set[int]) -> list[psutil.Process]:
    return [c for c in psutil.Process().children() if c.pid not in before]


def test_the_next_worker_takes_it(before: set[int]) -> None:
    with begun("paddle"):
        (process,) = waiting(before)
        with Worker("paddle", model(), {}) as worker:
            assert worker.pid == process.pid
            assert isinstance(worker.ready(), EngineInfo)
            # What was imported ahead is part of what loading took.
            assert worker.load_s > 0.2
            with Worker("paddle", model(), {}) as other:
                assert other.pid != process.pid
    assert not waiting(before)


@pytest.mark.parametrize("options", [{"spinning": True}, {"spinning": False}])
def test_one_whose_threads_were_asked_for_does_not(
    before: set[int], options: dict[str, bool]
) -> None:
    with begun("paddle"):
        (process,) = waiting(before)
        with Worker("paddle", model(), options) as worker:
            assert worker.pid != process.pid
        assert process.is_running()
    assert not waiting(before)


def test_nor_one_of_another_engine_or_with_less_memory(before: set[int]) -> None:
    with begun("paddle"):
        (process,) = waiting(before)
        for worker in (
            Worker("ort", model(), {}),
            Worker("paddle", model(), {}, memory_bytes=1 << 34),
        ):
            with worker:
                assert worker.pid != process.pid
    assert not waiting(before)
    assert taken("paddle") is None


def test_one_within_another_is_the_same(before: set[int]) -> None:
    with begun("paddle"):
        with begun("paddle"):
            assert len(waiting(before)) == 1
        assert not waiting(before)


def test_what_ends_early_leaves_no_descriptor(
    before: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = iter(range(3))

    def few() -> int:
        if next(made, None) is None:
            raise OSError(24, "Too many open files")
        return os.memfd_create("few")

    monkeypatch.setattr(spawn, "anonymous_file", few)
    held = len(list(Path("/dev/fd").iterdir()))
    with begun("paddle"):
        assert not waiting(before)
    assert len(list(Path("/dev/fd").iterdir())) == held


def test_for_one_that_died_meanwhile_there_is_another(before: set[int]) -> None:
    with begun("paddle"):
        (process,) = waiting(before)
        process.kill()
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        with Worker("paddle", model(), {}) as worker:
            assert worker.pid != process.pid
            assert isinstance(worker.ready(), EngineInfo)


def test_the_first_that_an_import_raises_is_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no engine" in str(imports("no-such-engine"))
    assert imports("ort") is None  # has nothing to import ahead
    engine = types.ModuleType("twice")
    vars(engine)["ahead"] = lambda: 1 / 0
    monkeypatch.setattr(plugins, "load", lambda kind, name: engine)
    assert isinstance(imports("twice"), ZeroDivisionError)


def test_a_child_raises_it_when_it_is_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    held = model()
    order = {
        "engine": "paddle", "options": {},
        "model": {"format": held.format, "program": str(held.program),
                  "parameters": str(held.parameters)},
    }  # fmt: skip
    monkeypatch.setattr(heap, "keep", lambda *_: False)  # for this process it would be for good
    monkeypatch.setattr(child, "open_model", lambda *_: pytest.fail("it was imported again"))
    with pytest.raises(ImportError, match="libcublas"):
        child._open(order, ImportError("libcublas.so.12"))


ASKED: dict[str, Any] = {
    "sweep": False, "family": None, "reference": None, "reference_engine": None,
    "reference_env": None, "reference_option": (),
}  # fmt: skip


@pytest.mark.parametrize(
    ("named", "asked", "wanted"),
    [
        (["m.onnx"], {}, True),
        (["zoo:lac"], {}, True),
        (["m.onnx"], {"reference": Path("made")}, True),
        (["m.onnx"], {"reference": Path("made/inference.json")}, True),
        (["m.onnx"], {"reference": Path("zoo:lac")}, True),
        (["m.onnx"], {"reference": Path("m.onnx")}, False),
        (["m.onnx"], {"reference": Path("onnx")}, False),
        (["m.onnx"], {"reference": Path("kserve:http://localhost:1/m")}, False),
        (["m.onnx", "m.onnx"], {}, False),
        (["none.onnx"], {}, False),
        (["made"], {}, False),
        (["m.onnx"], {"sweep": True}, False),
        (["m.onnx"], {"family": Path("f")}, False),
        (["m.onnx"], {"reference_engine": "ort"}, False),
        (["m.onnx"], {"reference_env": Path("e")}, False),
        (["m.onnx"], {"reference_option": ("threads=1",)}, True),
        (["m.onnx"], {"reference_option": ("spinning=true",)}, False),
    ],
)
def test_where_paddle_is_begun_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: list[str], asked: dict[str, Any],
    *, wanted: bool,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PARITY_STORE", raising=False)
    for file in ("m.onnx", "made/inference.json", "onnx/m.onnx"):
        Path(file).parent.mkdir(exist_ok=True)
        Path(file).touch()
    told: list[str] = []

    def begin(engine: str) -> AbstractContextManager[None]:
        told.append(engine)
        return nullcontext()

    monkeypatch.setattr(ahead, "begun", begin)
    names = [Path(name) for name in named]
    with paddle_ahead(names, {**ASKED, **asked}, alone=False):
        assert told == ["paddle"] * wanted
    with paddle_ahead(names, {**ASKED, **asked}, alone=True):
        pass
    monkeypatch.setenv("PARITY_STORE", str(tmp_path / "store"))
    with paddle_ahead(names, {**ASKED, **asked}, alone=False):
        assert told == ["paddle"] * wanted


def test_one_that_another_reference_did_not_take_ends(before: set[int], tmp_path: Path) -> None:
    file = str(model().program.with_name("model.onnx"))
    words = [file, "--reference-option", "nothing=1", "--max-examples", "1"]
    done = CliRunner().invoke(check, words, standalone_mode=False)
    assert 'no paddle option "nothing"' in str(done.exception)
    assert not waiting(before)
