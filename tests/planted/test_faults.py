"""Every fault planted in an exported ERNIE is found with default settings, and made small."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from parity.compare.tolerance import DEFAULTS
from parity.errors import ModelError
from parity.model.artifact import resolve
from parity.verify.result import Minimal
from tests.planted.conftest import Ernie, Plant, Told
from tests.planted.faults import EQUIVALENT, FAULTS, Fault, Small
from tests.planted.surgery import Surgery

PAD = 0


def named(fault: Fault) -> str:
    return fault.name.replace(" ", "-")


# Each takes seconds: every thirty-second by default, all of them in CI.
_SAMPLED = [
    pytest.param(fault, id=named(fault), marks=[] if index % 32 == 0 else [pytest.mark.slow])
    for index, fault in enumerate(FAULTS)
]


@pytest.mark.parametrize("fault", _SAMPLED)
def test_a_fault_is_found_and_its_feed_is_small(fault: Fault, plant: Plant, told: Told) -> None:
    result = told(fault.model, plant(fault))
    assert not result.verdict.passed
    assert type(result.verdict.findings[0]) is fault.kind
    if fault.small == Small():
        return
    assert result.minimal is not None
    assert result.minimal.reproduced
    assert fault.kind in map(type, result.minimal.findings)
    check_small(result.minimal, fault.small)


def check_small(minimal: Minimal, small: Small) -> None:
    ids = minimal.example.feed["input_ids"]
    tokens = sum(minimal.example.lengths or ())
    assert small.rows in (None, ids.shape[0]), ids.shape
    assert small.width in (None, ids.shape[1]), ids.shape
    assert small.tokens is None or tokens <= small.tokens, ids
    assert small.ids is None or set(ids.ravel().tolist()) <= small.ids, ids
    assert small.pad in (None, bool((ids == PAD).any())), ids


@pytest.mark.slow
@pytest.mark.parametrize("change", EQUIVALENT, ids=named)
def test_a_change_that_changes_no_answer_passes(change: Fault, plant: Plant, told: Told) -> None:
    verdict = told(change.model, plant(change)).verdict
    assert verdict.passed, verdict.findings
    assert verdict.examples > 100
    # Far from the limit, or another processor would tell another verdict.
    assert verdict.worst[0].ratio < 0.5


def test_an_export_without_outputs_is_refused(ernie: Ernie, tmp_path: Path) -> None:
    model = onnx.load(ernie("token_cls") / "model.onnx")
    del model.graph.output[:]
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(ModelError, match="outputs"):
        resolve(tmp_path / "model.onnx")


@pytest.mark.slow
def test_the_naive_check_misses_the_faults_that_are_called_hidden(ernie: Ernie) -> None:
    """Ids 0 and 1, segments 0 and 1, length 1, each output under the same tolerance."""
    models = {head: onnx.load(ernie(head) / "model.onnx") for head in ("token_cls", "qa")}
    healthy = {head: naive_answers(model) for head, model in models.items()}
    missed = set()
    for fault in FAULTS:
        answers = naive_answers(fault.plant(models[fault.model]))
        if answers is not None and naively_close(healthy[fault.model] or [], answers):
            missed.add(fault.name)
    assert missed == {fault.name for fault in FAULTS if fault.hidden}
    assert len(missed) > len(FAULTS) / 3


def naive_answers(model: onnx.ModelProto) -> list[dict[str, np.ndarray]] | None:
    """What an export says to the naive feeds; None where it says nothing."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        names = [o.name for o in session.get_outputs()]
        return [
            dict(
                zip(
                    names,
                    session.run(
                        names,
                        {"input_ids": np.array([[word]]), "token_type_ids": np.array([[segment]])},
                    ),
                    strict=True,
                )
            )
            for word in (0, 1)
            for segment in (0, 1)
        ]
    except Exception:  # ONNX Runtime's own have no common ancestor below Exception
        return None


def naively_close(
    expected: list[dict[str, np.ndarray]], actual: list[dict[str, np.ndarray]]
) -> bool:
    fp32 = DEFAULTS["fp32"]
    for one, other in zip(expected, actual, strict=True):
        if one.keys() != other.keys():
            return False
        for name, array in one.items():
            if (array.shape, array.dtype) != (other[name].shape, other[name].dtype):
                return False
            off, largest = np.abs(array - other[name]).max(), np.abs(array).max()
            if not (off < fp32.atol or off < fp32.rtol * largest):
                return False
    return True


def test_a_plant_that_changes_nothing_is_a_mistake(ernie: Ernie) -> None:
    """Else a fault that misses its target would count as one that can't be seen."""
    surgery = Surgery(onnx.load(ernie("token_cls") / "model.onnx"))
    with pytest.raises(AssertionError):
        surgery.change(surgery.positions, lambda table: None)
