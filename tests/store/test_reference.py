"""A check with a store: the same verdict with less work, and never another model's answers."""

from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from onnx import helper

from parity.compare.findings import ValuesDiffer
from parity.model.artifact import resolve
from parity.report.document import document
from parity.store.count import FromStore
from parity.verify import stored
from parity.verify.reference import shared
from parity.verify.request import Effort, Request
from parity.verify.result import Result
from parity.verify.run import verify
from parity.verify.stored import Stored, _why_not, stored_reference_of
from parity.workers.worker import Worker
from tests.gate.repository import changed
from tests.verify.conftest import Bench, tagger


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the models that a worker loads."""
    names: list[str] = []
    start = Worker.start

    def noting(worker: Worker) -> None:
        names.append(worker.model.program.name)
        start(worker)

    monkeypatch.setattr(Worker, "start", noting)
    return names


def asking(bench: Bench, candidate: Path | None = None) -> Request:
    return bench.request(candidate, effort=Effort(2, shrink_s=1), max_batch=2)


def told(result: Result) -> dict[str, object]:
    return {k: v for k, v in document(result).items() if k not in ("seconds", "store")}


def count(result: Result) -> FromStore:
    assert result.from_store is not None
    return result.from_store


def test_a_second_run_has_all_from_the_store(store: Path, bench: Bench, loaded: list[str]) -> None:
    asked = asking(bench)
    first = verify(asked)
    assert first.passed
    assert count(first).answers < count(first).of
    assert "healthy.onnx" in loaded
    loaded.clear()
    second = verify(asked)
    assert "healthy.onnx" not in loaded
    assert count(second).answers == count(second).of == count(first).of
    assert told(second) == told(first)
    assert document(second)["store"]["answers"] == count(second).of


def test_without_a_store_nothing_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARITY_STORE", raising=False)
    result = verify(asking(bench))
    assert result.from_store is None
    assert "store" not in document(result)


def test_a_store_that_cannot_be_written_to_is_told(
    tmp_path: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PARITY_STORE", str(tmp_path / "file" / "store"))
    result = verify(asking(bench))
    assert result.passed
    assert "nothing can be put there: " in str(result.from_store)


def test_a_wrong_candidate_is_found_against_stored_answers(store: Path, bench: Bench) -> None:
    assert verify(asking(bench)).passed
    wrong = verify(asking(bench, bench.save("wrong", changed("linear", by=0.01))))
    assert not wrong.passed
    assert any(isinstance(f, ValuesDiffer) for f in wrong.verdict.findings)
    assert count(wrong).answers > 0


def test_a_reference_that_changed_is_another(store: Path, bench: Bench) -> None:
    asked = asking(bench)
    assert verify(asked).passed
    onnx.save(changed("linear", by=0.01), bench.healthy)
    again = verify(replace(asked, reference=replace(asked.reference, model=resolve(bench.healthy))))
    assert not again.passed
    assert len([*(store / "answers").iterdir()]) >= 2


def kept_in(asked: Request) -> str:
    made = stored_reference_of(asked.reference, run_timeout_s=60.0)
    assert isinstance(made, Stored)
    return made._answers.folder


@pytest.mark.parametrize("options", [{"threads": shared() + 1}, {"optimization": "basic"}])
def test_other_options_are_another_reference(
    store: Path, bench: Bench, options: dict[str, str | int]
) -> None:
    asked = asking(bench)
    other = replace(asked, reference=replace(asked.reference, options=options))
    assert kept_in(other) != kept_in(asked) == kept_in(asked)


def test_another_library_is_another_reference(
    store: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asking(bench)
    before = kept_in(asked)
    monkeypatch.setattr(stored, "installs", lambda *modules: dict.fromkeys(modules, "built anew"))
    assert kept_in(asked) != before


def test_another_number_of_cores_is_another_reference(
    store: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asking(bench)
    before = kept_in(replace(asked, reference=replace(asked.reference, options={"threads": 1})))
    monkeypatch.setattr(stored, "cores", lambda: 99)
    after = kept_in(replace(asked, reference=replace(asked.reference, options={"threads": 1})))
    assert after != before


def test_a_damaged_answer_is_made_anew_and_told(store: Path, bench: Bench) -> None:
    asked = asking(bench)
    first = verify(asked)
    for path in sorted((store / "answers").glob("*/*.safetensors"))[:3]:
        raw = bytearray(path.read_bytes())
        raw[-1] ^= 1
        path.write_bytes(raw)
    second = verify(asked)
    assert told(second) == told(first)
    assert count(second).broken == 3
    assert "3 damaged entries were removed" in str(count(second))
    third = verify(asked)
    assert (count(third).broken, count(third).answers) == (0, count(third).of)


def drawing() -> onnx.ModelProto:
    model = tagger()
    noise = helper.make_node("RandomUniformLike", ["word"], ["noise"], low=0.0, high=1e-9)
    added = helper.make_node("Add", ["word", "noise"], ["noisy"])
    model.graph.node.insert(1, noise)
    model.graph.node.insert(2, added)
    (reader,) = (n for n in model.graph.node if n.output[0] == "sum")
    reader.input[0] = "noisy"
    return model


def test_a_model_that_draws_is_not_kept_and_why_is_told(store: Path, bench: Bench) -> None:
    random = bench.save("random", drawing())
    asked = asking(bench)
    result = verify(replace(asked, reference=replace(asked.reference, model=resolve(random))))
    assert count(result).why == "RandomUniformLike may draw at random"
    assert "aren't kept: RandomUniformLike" in str(count(result))
    assert not (store / "answers").exists()


def test_an_engine_that_does_not_say_what_decides_is_asked_each_time(
    store: Path, bench: Bench
) -> None:
    asked: Request = bench.request(reference_options={"threads": 1})
    assert count(verify(asked)).why == "engine fake doesn't say what decides them"
    assert not (store / "answers").exists()


def test_an_engine_on_a_card_is_asked_each_time(store: Path, bench: Bench) -> None:
    side = asking(bench).reference
    assert _why_not(side) == ""
    assert "provider cuda" in _why_not(replace(side, options={"provider": "cuda"}))
