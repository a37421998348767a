"""Real old releases in environments of their own: the same models, in both directions."""

import shutil
import subprocess
import sys
from pathlib import Path

import onnx
import pytest

from parity import zoo
from parity.compare.findings import CandidateFailed, ValuesDiffer
from parity.errors import EngineError, ModelError
from parity.exports import paddle2onnx
from parity.exports._by import By
from parity.model.artifact import Artifact, resolve
from parity.processes.interpreter import Interpreter
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.environments.venv import built

pytestmark = pytest.mark.slow


LARGE = "x: float32[n,3,64<=h<=320,64<=w<=320]"
"""Of smaller pictures a pool leaves nothing, which runtimes take in their own ways."""


def oldest() -> str:
    """A Python 3.9 where there is one; else this one."""
    found = shutil.which("python3.9")
    works = found and subprocess.run([found, "-V"], check=False).returncode == 0
    return found if found and works else sys.executable


@pytest.fixture(scope="module")
def old_runtime(tmp_path_factory: pytest.TempPathFactory) -> Interpreter:
    folder = tmp_path_factory.mktemp("ort")
    return built(folder / "ort-1.17.3", ["onnxruntime==1.17.3", "numpy<2"], python=oldest())


@pytest.fixture(scope="module")
def old_paddle(tmp_path_factory: pytest.TempPathFactory) -> Interpreter:
    packages = ["paddlepaddle==2.6.2", "paddle2onnx==1.3.1", "numpy<2", "onnx<1.17", "setuptools"]
    return built(tmp_path_factory.mktemp("paddle") / "paddle-2.6.2", packages)


@pytest.fixture(scope="module")
def pair() -> tuple[Artifact, Artifact]:
    """A published Paddle model of the older format, and the ONNX file published of it."""
    folder = zoo.build("ppocr-v2-cls")
    return resolve(folder, want="paddle"), resolve(folder / "model.onnx")


def checked(reference: Side, candidate: Side) -> Result:
    asked = Request(reference, candidate, effort=Effort(2, shrink_s=5), said=(LARGE,))
    result = verify(asked)
    assert result.passed, result.verdict.findings
    assert result.verdict.elements
    return result


def versions(result: Result) -> dict[str, str]:
    return {role: info.version for role, info in result.engines.items()}


def test_an_old_runtime_computes_as_todays_paddle(
    pair: tuple[Artifact, Artifact], old_runtime: Interpreter
) -> None:
    result = checked(Side(pair[0], "paddle"), Side(pair[1], "ort", {}, old_runtime))
    assert versions(result)["candidate"] == "1.17.3"
    assert result.engines["candidate"].effective["python"] == old_runtime.version


def test_a_difference_of_versions_is_found(
    pair: tuple[Artifact, Artifact], old_runtime: Interpreter
) -> None:
    """Of a picture of 32 a pool leaves nothing: today's runtime goes on, the old one refuses."""
    candidate = Side(pair[1], "ort", {}, old_runtime)
    result = verify(Request(Side(pair[0], "paddle"), candidate, effort=Effort(2, shrink_s=5)))
    failed = [f for f in result.verdict.findings if isinstance(f, CandidateFailed)]
    assert "Invalid input shape" in str(failed[0])


def test_an_old_paddle_computes_as_todays_runtime(
    pair: tuple[Artifact, Artifact], old_paddle: Interpreter
) -> None:
    result = checked(Side(pair[0], "paddle", {}, old_paddle), Side(pair[1], "ort"))
    assert versions(result)["reference"] == "2.6.2"


def test_an_old_paddle_says_that_it_reads_no_json(
    pair: tuple[Artifact, Artifact], old_paddle: Interpreter
) -> None:
    model = resolve(zoo.build("ernie-tiny-ner"), want="paddle")
    asked = Request(Side(model, "paddle", {}, old_paddle), Side(pair[1], "ort"))
    with pytest.raises(EngineError, match=r"2\.6\.2 reads Paddle 2's \.pdmodel only"):
        verify(asked)


def test_old_against_old(
    pair: tuple[Artifact, Artifact], old_paddle: Interpreter, old_runtime: Interpreter
) -> None:
    result = checked(Side(pair[0], "paddle", {}, old_paddle), Side(pair[1], "ort", {}, old_runtime))
    assert versions(result) == {"reference": "2.6.2", "candidate": "1.17.3"}


def test_what_paddle_quantised_an_old_exporter_writes_as_fp32(
    old_paddle: Interpreter, tmp_path: Path
) -> None:
    """It decodes the weights, and drops the quantisation of what they are multiplied by."""
    script = Path(__file__).parents[1] / "quantised" / "build_quantised.py"
    subprocess.run([old_paddle.python, script, tmp_path], check=True, capture_output=True)
    reference, made = resolve(tmp_path / "model.pdmodel", want="paddle"), tmp_path / "m.onnx"
    paddle2onnx.export(reference, made, opset=13, by=By(interpreter=old_paddle))
    sides = Side(reference, "paddle"), Side(resolve(made), "ort")
    said = ("image: in [0,1]",)
    with pytest.raises(ModelError, match="is no INT8 model"):
        verify(Request(*sides, precision="int8", effort=Effort(2, shrink_s=5), said=said))
    result = verify(Request(*sides, effort=Effort(2, shrink_s=5), said=said))
    assert {type(f) for f in result.verdict.findings} == {ValuesDiffer}


def test_an_old_exporter(
    pair: tuple[Artifact, Artifact], old_paddle: Interpreter, tmp_path: Path
) -> None:
    made = tmp_path / "m.onnx"
    paddle2onnx.export(pair[0], made, opset=11, by=By(interpreter=old_paddle))
    facts = {p.key: p.value for p in onnx.load(made).metadata_props}
    assert facts["paddle2onnx.version"] == "1.3.1"
    checked(Side(pair[0], "paddle"), Side(resolve(made), "ort"))
