"""Passes of ONNX Runtime's optimiser: heard of, left out."""

from pathlib import Path

import numpy as np
import pytest

from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.passes import RULES
from parity.diagnose.ladder.trial import told
from parity.engines import EngineInfo
from parity.verify.request import Side
from tests.diagnose.ladder.small import LONG_S, floats, linear, normalised, save

X = {"x": floats(2, 3, 6)}


def told_of(side: Side, **options: str) -> EngineInfo:
    info, outputs = told(Side(side.model, "passes", options), X, Clock(LONG_S))
    assert info is not None
    assert not isinstance(outputs, str)
    assert np.isfinite(outputs["y"]).all()
    return info


@pytest.fixture
def side(tmp_path: Path) -> Side:
    return save(normalised(), tmp_path / "m.onnx")


def test_those_that_changed_the_graph_are_told(side: Side) -> None:
    assert told_of(side).effective == {"passes": "LayerNormFusionL2"}
    left = str(told_of(side, without="LayerNormFusionL2").effective["passes"])
    assert "LayerNormFusionL2" not in left.split(",")


def test_the_engine_leaves_out_what_it_is_told_to(side: Side) -> None:
    plain = Side(side.model, "ort", {"without": " LayerNormFusionL2, ConstantFolding"})
    info, outputs = told(plain, X, Clock(LONG_S))
    assert info is not None
    assert info.effective["without"] == "LayerNormFusionL2,ConstantFolding"
    assert not isinstance(outputs, str)


def test_rules_are_known_by_the_names_that_onnx_runtime_has() -> None:
    """A name that it doesn't have would make a rule that can't be left out."""
    import onnxruntime

    library = next(Path(onnxruntime.__file__).parent.glob("capi/onnxruntime_pybind11_state*"))
    held = library.read_bytes()
    lacking = [name for name in RULES if name.encode() not in held]
    assert lacking == []


def test_a_model_that_nothing_changes(tmp_path: Path) -> None:
    side = save(linear(), tmp_path / "m.onnx")
    info, _ = told(Side(side.model, "passes", {}), {"x": floats(2, 4)}, Clock(LONG_S))
    assert info is not None
    assert "Fusion" in str(info.effective["passes"])  # MatMul and Add
