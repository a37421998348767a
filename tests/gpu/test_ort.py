"""ONNX Runtime on a card: it computes what the CPU does, and says where."""

from pathlib import Path

import numpy as np
import pytest

from parity import zoo
from parity.engines import EngineInfo, Options
from parity.errors import EngineError
from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.run import verify
from parity.workers.worker import Worker
from tests.gpu.here import why_not

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def model() -> Path:
    return zoo.build("ernie-tiny-ner")


@pytest.mark.parametrize("provider", ["cuda", "tensorrt"])
def test_a_model_at_parity_and_where_it_ran(model: Path, provider: str) -> None:
    if why := why_not(provider):
        pytest.skip(why)
    result = verify(Request(
        Side(resolve(model, want="paddle"), "paddle"),
        Side(resolve(model / "model.onnx"), "ort", {"provider": provider}),
        effort=Effort(2, shrink_s=5), max_length=32, open_timeout_s=600,
    ))  # fmt: skip
    assert result.passed, result.verdict.findings
    effective = result.engines["candidate"].effective
    first = {"cuda": "CUDAExecutionProvider", "tensorrt": "TensorrtExecutionProvider"}[provider]
    assert f" on {first}" in str(effective["nodes"])
    assert effective["device_id"] == 0


def test_no_fallback_when_it_is_refused(model: Path) -> None:
    """Shapes are computed on the CPU: with fallback=refuse the file doesn't load."""
    options: Options = {"provider": "cuda", "fallback": "refuse"}
    with Worker("ort", resolve(model / "model.onnx"), options) as worker:
        try:
            info = worker.ready()
        except EngineError as error:
            assert "nodes run elsewhere" in str(error)  # noqa: PT017
        else:
            assert isinstance(info, EngineInfo)
            assert "elsewhere" not in str(info.effective["nodes"])


def test_tf32_moves_what_float32_does_not(model: Path) -> None:
    """On cards of SM 80 and up; on others TF32 is without effect, and both are alike."""
    feed = {"input_ids": np.arange(1, 65).reshape(2, 32), "token_type_ids": np.zeros((2, 32), int)}
    found = []
    for tf32 in (False, True):
        options: Options = {"provider": "cuda", "use_tf32": tf32}
        with Worker("ort", resolve(model / "model.onnx"), options) as worker:
            info = worker.ready()
            assert isinstance(info, EngineInfo)
            assert info.effective["use_tf32"] is tf32
            result = worker.run(feed).result
            assert isinstance(result, dict)
            found.append(np.array(next(iter(result.values()))))
    assert np.abs(found[0] - found[1]).max() < 0.1
