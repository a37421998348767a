"""An export is a checked file or one clear error, whatever the exporter does."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from parity.errors import ExportError, ModelError, UsageError
from parity.exports import paddle2onnx
from parity.model.artifact import Artifact
from parity.processes.run import Ended

onnx = pytest.importorskip("onnx")

NET = """
import sys, paddle
class Sum(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        self.linear = paddle.nn.Linear(4, 3)
    def forward(self, x):
        return paddle.cumsum(self.linear(x), axis=1)
net = paddle.jit.to_static(
    Sum(), input_spec=[paddle.static.InputSpec([-1, 4], "float32", "x")], full_graph=True
)
paddle.jit.save(net, sys.argv[1] + "/inference")
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    folder = tmp_path_factory.mktemp("sum")
    script = folder / "net.py"  # to_static reads the source of the class from its file
    script.write_text(NET, "utf-8")
    subprocess.run([sys.executable, str(script), str(folder)], check=True, capture_output=True)
    return Artifact("pir", folder / "inference.json", folder / "inference.pdiparams")


def test_the_file_is_valid_and_says_where_it_came_from(model: Artifact, tmp_path: Path) -> None:
    target = tmp_path / "new" / "model.onnx"
    made = paddle2onnx.export(model, target, opset=13)
    assert (made.requested_opset, made.effective_opset, made.path) == (13, 13, target)
    assert not made.opset_changed
    proto = onnx.load(target)
    onnx.checker.check_model(proto, full_check=True)
    facts = {p.key: p.value for p in proto.metadata_props}
    assert facts["parity.requested_opset"] == "13"
    assert facts["paddle2onnx.version"]
    assert len(facts["parity.program_sha256"]) == len(facts["parity.parameters_sha256"]) == 64
    assert [p.name for p in target.parent.iterdir()] == ["model.onnx"]


def test_another_opset_than_asked_is_reported(model: Artifact, tmp_path: Path) -> None:
    """cumsum needs 11; Paddle2ONNX takes it without an error."""
    made = paddle2onnx.export(model, tmp_path / "model.onnx", opset=7)
    assert (made.requested_opset, made.effective_opset) == (7, 11)
    assert made.opset_changed


def test_an_abort_is_an_error_that_names_the_signal(model: Artifact, tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    target.write_bytes(b"before")
    with pytest.raises(
        ExportError, match=r"at opset 99 was killed by SIGABRT: The Opset Version must"
    ):
        paddle2onnx.export(model, target, opset=99)
    assert target.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["model.onnx"]


def test_a_time_out_is_an_error(model: Artifact, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"took longer than 0\.05 s and was ended"):
        paddle2onnx.export(model, tmp_path / "model.onnx", opset=13, timeout_s=0.05)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def copied(model: Artifact, tmp_path: Path) -> Artifact:
    assert model.parameters
    for file in (model.program, model.parameters):
        shutil.copy(file, tmp_path)
    return Artifact("pir", tmp_path / model.program.name, tmp_path / model.parameters.name)


def test_a_program_that_paddle2onnx_does_not_know_is_an_error(copied: Artifact) -> None:
    text = copied.program.read_text("utf-8")
    assert "1.cumsum" in text
    copied.program.write_text(text.replace("1.cumsum", "1.nosuchop"), "utf-8")
    target = copied.program.parent / "model.onnx"
    says = r"inference\.json: Paddle2ONNX at opset 13 was killed by SIGABRT: .*\bnosuchop\b"
    with pytest.raises(ExportError, match=says):
        paddle2onnx.export(copied, target, opset=13)
    assert not target.exists()


def test_truncated_parameters_are_an_error(copied: Artifact) -> None:
    """Paddle2ONNX itself exports them as if they were whole."""
    assert copied.parameters
    copied.parameters.write_bytes(copied.parameters.read_bytes()[:-8])
    with pytest.raises(ModelError, match="truncated"):
        paddle2onnx.export(copied, copied.program.parent / "model.onnx", opset=13)


def test_missing_parameters_are_an_error(copied: Artifact) -> None:
    assert copied.parameters
    copied.parameters.unlink()
    with pytest.raises(ModelError, match=r"inference\.pdiparams: missing"):
        paddle2onnx.export(copied, copied.program.parent / "model.onnx", opset=13)


def test_parameters_from_elsewhere_are_an_error(model: Artifact, copied: Artifact) -> None:
    mixed = Artifact("pir", copied.program, model.parameters)
    with pytest.raises(ExportError, match="beside the program"):
        paddle2onnx.export(mixed, copied.program.parent / "model.onnx", opset=13)


@pytest.mark.parametrize(("form", "opset"), [("onnx", 13), ("pir", 0), ("pir", 6)])
def test_what_makes_no_sense_is_a_usage_error(
    model: Artifact, tmp_path: Path, form: str, opset: int
) -> None:
    odd = Artifact("onnx" if form == "onnx" else "pir", model.program, model.parameters)
    with pytest.raises(UsageError):
        paddle2onnx.export(odd, tmp_path / "model.onnx", opset=opset)


def test_how_a_process_ended_is_one_line() -> None:
    assert Ended(-11, 1.0, "a\nb\n\n").why(5) == ('was killed by SIGSEGV; it last wrote "b"')
    assert Ended(3, 1.0, "").why(5) == "exited with status 3; it wrote nothing"
    assert Ended(None, 1.0, "").why(5).startswith("took longer than 5 s")
    assert not any(Ended(code, 1.0, "").well for code in (None, 1, -6))


def test_the_parent_imports_no_exporter() -> None:
    code = (
        "import sys, parity.exports.paddle2onnx, parity.zoo, parity.cli.zoo\n"
        "print([m for m in ('paddle', 'paddle2onnx', 'onnx', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
