"""What decides a row, and by which of Paddle's kernels."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from parity.engines._moves import widen
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Outputs
from parity.sweep import store
from parity.sweep.answers import Answers
from parity.sweep.cell import Trial, Wanted
from parity.sweep.row import Row
from parity.workers.failure import Died, TimedOut
from parity.zoo.ops import catalogue

NET = catalogue()["activations/relu"]
ONE, OTHER = (np.arange(6, dtype=np.float32) + at for at in (0, 9))


def answers(*arrays: Any) -> Answers:
    made: list[Outputs | None] = [None if a is None else {"y": a} for a in arrays]
    return Answers(tuple(made), tuple("refused" if a is None else "" for a in arrays))


def judged(plain: Answers, usual: Answers, candidate: Answers) -> str:
    trial = Trial(NET, cast("Any", SimpleNamespace(noise=lambda *_: None)), Wanted((), ()))
    trial.paths = [Path("feed")] * len(plain.outputs)
    trial._plain, trial._usual = plain, usual
    return trial._by_either(candidate, Path("model.onnx")).status


def test_as_the_default_kernels_is_right() -> None:
    assert judged(answers(ONE, ONE), answers(ONE, OTHER), answers(ONE, OTHER)) == "right"


def test_a_feed_that_the_default_kernels_refuse_still_counts() -> None:
    """Wrong on the second feed, which only the plain kernels take."""
    assert judged(answers(ONE, OTHER), answers(ONE, None), answers(ONE, ONE)) == "values"
    assert judged(answers(ONE, OTHER), answers(ONE, None), answers(ONE, OTHER)) == "right"


def itself(plain: Answers, usual: Answers, moved: Outputs | None) -> str:
    lane = cast("Any", SimpleNamespace(jitter=lambda *_: moved))
    trial = Trial(NET, lane, Wanted((), ()))
    trial.model = Artifact("pir", Path("inference.json"), None)
    trial.paths = [Path("feed")] * len(plain.outputs)
    trial._plain, trial._usual = plain, usual
    return trial._itself().status


def test_what_rounding_decides_is_no_fault_of_paddles_kernels() -> None:
    """A branch on a sum that is zero: by either branch, and so are the plain kernels' own moves."""
    one, other = answers(ONE, ONE), answers(ONE, OTHER)
    assert itself(one, other, {"y": np.full(6, 9.0)}) == "right"
    assert itself(one, other, {"y": np.full(6, 1e-7)}) == "values"
    assert itself(one, other, None) == "values"
    assert itself(one, answers(ONE, ONE[:3]), {"y": np.full(6, np.inf)}) == "shape"


def test_the_largest_change_of_each_element() -> None:
    base = np.array([2.0, 2.0])
    largest: Array = np.zeros(2)
    for moved in (np.array([1.0, 5.0]), np.array([3.0, np.nan])):
        largest = widen(largest, base, moved)
    assert largest.tolist() == [1.0, 3.0]
    assert np.isinf(widen(largest, base, np.array([2.0]))).all()


def key(model: Path, exporter: str = "paddle2onnx") -> str:
    return store.key(NET, Artifact("onnx", model, None), exporter, 13, 0)


def test_another_machine_and_other_code_are_other_rows(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = models / "tiny" / "model.onnx"
    usual = key(model)
    assert key(model) == usual
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "SSE41")
    assert key(model) != usual
    monkeypatch.undo()
    monkeypatch.setattr(store, "_code", lambda exporter: "another")
    assert key(model) != usual


def test_another_exporters_program_is_another_row(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no package, so that no list of packages has its version."""
    program = tmp_path / "p2o"
    monkeypatch.setattr("parity.exports.p2o._program", lambda interpreter: str(program))
    keys = []
    for text in ("one", "other"):
        program.write_text(text)
        store._made_by.cache_clear()
        keys.append(key(models / "tiny" / "model.onnx", "p2o"))
    store._made_by.cache_clear()
    assert len(set(keys)) == 2


def test_the_code_that_judges_is_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[str, ...]] = []
    monkeypatch.setattr("parity.exports._candidates.sources", lambda *paths: read.append(paths))
    store._code.__wrapped__("p2o")
    names = {str(Path(path).relative_to(Path(store.__file__).parents[1])) for path in read[0]}
    assert names >= {"sweep/judge.py", "sweep/feeds.py", "compare/rounding.py", "exports/p2o.py"}


@pytest.mark.parametrize(
    ("why", "kept"),
    [
        (TimedOut("export", 30.0, ""), False),
        (Died(-9, ""), False),
        (Died(-6, ""), True),
        ("p is dropped", True),
    ],
)
def test_what_a_busy_machine_may_have_made_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: object, kept: bool
) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path))
    store.save("entry", Row(NET.name, "paddle2onnx", 13, "aborts", reason=f"feed 1: {why}"))
    assert (store.load("entry") is not None) is kept
