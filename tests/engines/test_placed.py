"""Where nodes ran is read back: a provider that runs nothing is an error, never a pass."""

import re
from collections.abc import Sequence
from pathlib import Path

import onnxruntime
import pytest

from parity.engines import Options, ort
from parity.engines._placed import placed, told
from parity.errors import EngineError
from parity.model.artifact import Artifact
from tests.verify.conftest import Bench

CUDA, CPU, TRT = "CUDAExecutionProvider", "CPUExecutionProvider", "TensorrtExecutionProvider"


def test_a_session_that_fell_back_is_refused(tmp_path: Path) -> None:
    """A real one: of Azure's provider, which has no kernel, all nodes run on the CPU."""
    assert "AzureExecutionProvider" in onnxruntime.get_available_providers()
    session = ort.session_of(
        str(Bench(tmp_path).twin), level="all", threads=1, provider=("AzureExecutionProvider", {}),
        record=True,
    )  # fmt: skip
    assert "AzureExecutionProvider" in session.get_providers()  # it says that it is there
    found = placed(session)
    assert {provider for provider, _ in found} == {CPU}
    with pytest.raises(EngineError, match=rf"not one node runs on it \({len(found)} on {CPU}\)"):
        told(found, ["AzureExecutionProvider"], refuse=False)


def nodes(*counts: tuple[str, str, int]) -> list[tuple[str, str]]:
    return [(provider, op) for provider, op, n in counts for _ in range(n)]


@pytest.mark.parametrize(
    ("found", "wanted", "says"),
    [
        (nodes((CUDA, "MatMul", 3)), [CUDA], f"3 on {CUDA}"),
        (
            nodes((CUDA, "MatMul", 3), (CPU, "Shape", 2), (CPU, "Loop", 1)),
            [CUDA],
            f"3 on {CUDA}, 3 on {CPU}; elsewhere Shape 2, Loop 1",
        ),
        (nodes((TRT, "MatMul", 3), (CUDA, "Loop", 1)), [TRT, CUDA], f"3 on {TRT}, 1 on {CUDA}"),
    ],
)
def test_what_ran_where(found: list[tuple[str, str]], wanted: Sequence[str], says: str) -> None:
    assert told(found, wanted, refuse=False) == says


def test_nothing_on_the_first_is_an_error_whatever_stands_beside_it() -> None:
    with pytest.raises(EngineError, match=f"{TRT}: not one node runs on it"):
        told(nodes((CUDA, "MatMul", 3)), [TRT, CUDA], refuse=False)
    with pytest.raises(EngineError, match="there is none"):
        told([], [CUDA], refuse=False)


def test_a_node_elsewhere_is_refused_on_demand() -> None:
    found = nodes((CUDA, "MatMul", 3), (CPU, "Shape", 2))
    with pytest.raises(EngineError, match=re.escape("2 of 5 nodes run elsewhere (Shape 2)")):
        told(found, [CUDA], refuse=True)


def test_a_runtime_that_does_not_tell_is_refused() -> None:
    with pytest.raises(EngineError, match="doesn't tell where nodes run"):
        placed(object())


@pytest.mark.parametrize("provider", ["cuda", "tensorrt"])
def test_a_provider_that_is_not_here_is_an_error(tmp_path: Path, provider: str) -> None:
    if {CUDA, TRT} & {*onnxruntime.get_available_providers()}:
        pytest.skip("this onnxruntime has it")
    options: Options = {"provider": provider}
    with pytest.raises(EngineError, match="isn't in this onnxruntime"):
        ort.open(Artifact("onnx", Bench(tmp_path).twin), options)


def test_kept_engines_go_by_model_version_and_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    (tmp_path / "a.onnx").write_bytes(b"a")
    (tmp_path / "b.onnx").write_bytes(b"b")
    a, b = (Artifact("onnx", tmp_path / name) for name in ("a.onnx", "b.onnx"))
    asked: Sequence[Options] = ({}, {"device_id": 1})
    found = {ort._engines_of(m, o) for m in (a, b) for o in asked}
    assert len(found) == 4
    assert ort._engines_of(a, {}) in found
