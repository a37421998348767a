"""OpenVINO: float32 unless asked, what it computes in is told, and what isn't here is one line."""

from pathlib import Path

import numpy as np
import onnx
import openvino
import pytest

from parity.api.checking import check
from parity.engines import EngineInfo, Options
from parity.errors import EngineError, UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Outputs
from parity.workers.failure import Raised
from parity.workers.worker import Worker
from tests.diagnose.ladder.small import FLOAT, floats, model, node

WIDTH = 64


def product(folder: Path) -> Artifact:
    """A layer of which OpenVINO has kernels in bfloat16. The output's node has another name."""
    made = model(
        [node("MatMul", ["x", "w"], ["p"]), node("Add", ["p", "b"], ["s"]),
         node("Identity", ["s"], ["y"])],
        {"x": (FLOAT, ["n", WIDTH])}, {"y": (FLOAT, ["n", WIDTH])},
        {"w": floats(WIDTH, WIDTH, seed=1), "b": floats(WIDTH, seed=2)},
    )  # fmt: skip
    onnx.save(made, folder / "m.onnx")
    return Artifact("onnx", folder / "m.onnx")


def opened(model: Artifact, options: Options) -> tuple[EngineInfo, Array]:
    with Worker("openvino", model, options) as worker:
        info = worker.ready()
        assert isinstance(info, EngineInfo), info
        result = worker.run({"x": floats(3, WIDTH)}).result
        assert isinstance(result, dict), result
        assert list(result) == ["y"]
        return info, np.array(result["y"])


def exact() -> Array:
    x, w = floats(3, WIDTH).astype(np.float64), floats(WIDTH, WIDTH, seed=1).astype(np.float64)
    return np.asarray(x @ w + floats(WIDTH, seed=2))


def off(found: Array) -> float:
    return float(np.abs(found.astype(np.float64) - exact().astype(np.float64)).max())


def test_it_computes_in_float32_unless_asked(tmp_path: Path) -> None:
    info, found = opened(product(tmp_path), {})
    assert info.effective["precision"] == "f32"
    assert off(found) < 1e-4
    assert info.engine == "openvino"
    assert openvino.__version__.startswith(info.version)
    assert (info.inputs[0].dtype, info.inputs[0].shape) == ("float32", (None, WIDTH))
    assert (info.outputs[0].name, info.outputs[0].shape) == ("y", (None, WIDTH))


def test_its_default_is_what_the_processor_makes_it(tmp_path: Path) -> None:
    """Where it has kernels in bfloat16 they are taken, and that is told."""
    able = "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    info, found = opened(product(tmp_path), {"precision": "default"})
    assert info.effective["asked"] == "default"
    assert info.effective["precision"] == ("bf16" if able else "f32")
    assert (off(found) > 1e-3) == able


@pytest.mark.parametrize("performance", ["latency", "throughput"])
def test_options_reach_it(tmp_path: Path, performance: str) -> None:
    info, found = opened(product(tmp_path), {"threads": 1, "performance": performance})
    assert info.effective["threads"] == 1
    assert info.effective["performance"] == performance
    assert off(found) < 1e-4


@pytest.mark.parametrize(
    ("option", "error", "says"),
    [
        ({"device": "GPU.7"}, EngineError, "device=GPU.7: isn't here; OpenVINO has"),
        ({"device": "a b"}, UsageError, "is no name of a device"),
        ({"precision": "f8"}, UsageError, 'no precision "f8"'),
        ({"performance": "fast"}, UsageError, 'no performance "fast"'),
    ],
)
def test_what_makes_no_sense(
    tmp_path: Path, option: Options, error: type[Exception], says: str
) -> None:
    with Worker("openvino", product(tmp_path), option) as worker, pytest.raises(error, match=says):
        worker.ready()


def test_an_input_of_another_type_is_refused_not_converted(tmp_path: Path) -> None:
    with Worker("openvino", product(tmp_path), {}) as worker:
        assert isinstance(worker.ready(), EngineInfo)
        result = worker.run({"x": floats(3, WIDTH).astype(np.float64)}).result
    assert isinstance(result, Raised)
    assert "input x takes float32, not float64" in result.message


def test_a_file_that_it_does_not_read_is_the_candidates_failure(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"no model")
    with Worker("openvino", Artifact("onnx", tmp_path / "m.onnx"), {}) as worker:
        assert isinstance(worker.ready(), Raised)


def test_where_it_is_not_installed_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "path").mkdir()
    hides = "raise ImportError('not here')"
    (tmp_path / "path" / "openvino.py").write_text(hides)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"))
    with (
        Worker("openvino", product(tmp_path), {}) as worker,
        pytest.raises(EngineError, match=r"pip install openvino"),
    ):
        worker.ready()


def test_a_feed_that_fails_spoils_no_later_one(tmp_path: Path) -> None:
    """OpenVINO 2026.4 goes on to refuse what it took before, once a pool was left nothing."""
    made = model(
        [node("Conv", ["x", "w"], ["c"], kernel_shape=[1, 1]),
         node("HardSwish", ["c"], ["s"]),
         node("MaxPool", ["s"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
         node("ReduceMean", ["p"], ["y"], axes=[2, 3], keepdims=0)],
        {"x": (FLOAT, ["n", 3, "h", "v"])}, {"y": (FLOAT, ["n", 4])}, {"w": floats(4, 3, 1, 1)},
        opset=14,
    )  # fmt: skip
    onnx.save(made, tmp_path / "m.onnx")
    good, bad = floats(1, 3, 4, 8), floats(1, 3, 1, 8)
    with Worker("openvino", Artifact("onnx", tmp_path / "m.onnx"), {"threads": 2}) as worker:
        assert isinstance(worker.ready(), EngineInfo)
        (first,) = (np.array(a) for a in answered(worker, good).values())
        assert isinstance(worker.run({"x": bad}).result, Raised)
        (again,) = (np.array(a) for a in answered(worker, good).values())
    np.testing.assert_array_equal(first, again)


def answered(worker: Worker, x: Array) -> Outputs:
    result = worker.run({"x": x}).result
    assert isinstance(result, dict), result
    return result


def test_plain_attention_after_a_row_of_one_token_is_told_as_it_is(tmp_path: Path) -> None:
    """docs/serving.md: 2026.4.1 is 120 off where every answer is 1. A later one may be right."""
    made = model(
        [node("Transpose", ["x"], ["k"], perm=[0, 2, 1]), node("MatMul", ["x", "k"], ["s"]),
         node("Softmax", ["s"], ["p"], axis=-1), node("MatMul", ["p", "x"], ["y"])],
        {"x": (FLOAT, ["b", "t", 8])}, {"y": (FLOAT, ["b", "t", 8])}, {},
    )  # fmt: skip
    onnx.save(made, tmp_path / "m.onnx")
    artifact, largest = Artifact("onnx", tmp_path / "m.onnx"), {}
    for engine in ("ort", "openvino"):
        with Worker(engine, artifact, {}) as worker:
            assert isinstance(worker.ready(), EngineInfo)
            for length in (1, 16):
                outputs = worker.run({"x": np.ones((1, length, 8), np.float32)}).result
                assert isinstance(outputs, dict)
                # A mean of ones is one: Softmax' shares add up to it.
                largest[engine] = float(np.abs(outputs["y"] - 1).max())
    assert largest["ort"] < 1e-6
    result = check(
        artifact.program, artifact.program, candidate_engine="openvino", max_examples=1,
        max_batch=1, max_length=64, explain_budget_s=0, shrink_budget_s=1,
    )  # fmt: skip
    assert result.elements
    assert result.passed == (largest["openvino"] < 1e-4), largest
