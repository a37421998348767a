"""The reference evaluator as an engine: right, and honest of what it borrows."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from parity.engines import EngineInfo, Options
from parity.errors import UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Feed
from parity.workers.worker import Worker
from tests.diagnose.ladder.small import FLOAT, floats, linear, model, node, resized


def ran(made: onnx.ModelProto, feed: Feed, folder: Path, **options: str | bool) -> (
    tuple[dict[str, Array], EngineInfo]
):  # fmt: skip
    onnx.save(made, folder / "m.onnx")
    chosen: Options = options
    with Worker("onnx-reference", Artifact("onnx", folder / "m.onnx"), chosen) as worker:
        before = worker.ready()
        assert isinstance(before, EngineInfo), before
        assert "borrowed" not in before.effective  # nothing ran yet
        result = worker.run(feed).result
        assert isinstance(result, dict), result
        assert worker.info is not None
        return {n: np.array(a) for n, a in result.items()}, worker.info


def test_outputs_have_the_types_of_the_file(tmp_path: Path) -> None:
    x = floats(2, 4)
    outputs, info = ran(linear(), {"x": x}, tmp_path)
    assert outputs["y"].dtype == np.float32
    assert info.engine == "onnx_reference"
    assert info.version == onnx.__version__
    assert [i.name for i in info.inputs] == ["x"]
    assert info.effective["borrowed"] == info.effective["apart"] == ""
    w, b = floats(4, 3, seed=1).astype(np.float64), floats(3, seed=2).astype(np.float64)
    exact = x.astype(np.float64) @ w + b
    np.testing.assert_array_equal(outputs["y"], exact.astype(np.float32))


def test_float64_is_to_be_had(tmp_path: Path) -> None:
    x = floats(2, 4)
    outputs, _ = ran(linear(), {"x": x}, tmp_path, precision="float64")
    w, b = floats(4, 3, seed=1).astype(np.float64), floats(3, seed=2).astype(np.float64)
    np.testing.assert_allclose(
        outputs["y"].astype(np.float64), x.astype(np.float64) @ w + b, rtol=1e-15
    )


def test_what_runtime_and_oracle_disagree_on_is_told(tmp_path: Path) -> None:
    """ONNX Runtime's Resize rounds 3 to 2.9999998: it is not believed against it, and told."""
    _, info = ran(resized(), {"x": floats(1, 2, 7, 7)}, tmp_path)
    assert str(info.effective["apart"]).startswith("Resize=")
    _, info = ran(resized(), {"x": floats(1, 2, 7, 7)}, tmp_path, checked=False)
    assert info.effective["apart"] == ""


def test_what_it_can_not_compute_is_told(tmp_path: Path) -> None:
    made = model(
        [node("FusedMatMul", ["x", "w"], ["y"], domain="com.microsoft", transB=1)],
        {"x": (FLOAT, [2, 4])}, {"y": (FLOAT, None)}, {"w": floats(3, 4, seed=1)},
    )  # fmt: skip
    made.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    _, info = ran(made, {"x": floats(2, 4)}, tmp_path)
    assert info.effective["borrowed"] == "FusedMatMul"


def test_an_option_that_makes_no_sense(tmp_path: Path) -> None:
    onnx.save(linear(), tmp_path / "m.onnx")
    artifact = Artifact("onnx", tmp_path / "m.onnx")
    with (
        Worker("onnx-reference", artifact, {"precision": "float16"}) as worker,
        pytest.raises(UsageError, match='no precision "float16"; did you mean "float64"'),
    ):
        worker.ready()
