"""Exporters by name, their options, other environments; what each says where it fails."""

import json
import os
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from click.testing import CliRunner, Result

from parity import zoo
from parity.cli.export import export
from parity.errors import ExportError, ParityError, UsageError
from parity.exports import p2o, paddle2onnx
from parity.exports._by import By, exporter, exporters
from parity.model.artifact import Artifact, resolve
from parity.processes.interpreter import interpreter
from tests.workers.test_interpreter import venv

P2O = """#!{python}
import sys
words = sys.argv[1:]
open(words[-2], "rb").close()
if "--strict" in words:
    print("Error: Unsupported operator: rnn\\n\\nStack backtrace:\\n   0: anyhow::error", file=sys.stderr)
    sys.exit(1)
if words[1] == "19":
    print("thread 'main' panicked at src/main.rs:7:5:\\nno such place\\nnote: run with", file=sys.stderr)
    sys.exit(101)
if words[1] == "20":
    sys.exit(0)
import onnx
from onnx import helper
op = "LayerNormalization" if words[1] == "16" else "Relu"
names = ["x", "s"] if words[1] == "16" else ["x"]
value = lambda n: helper.make_tensor_value_info(n, 1, [2])
graph = helper.make_graph([helper.make_node(op, names, ["y"])], "g", [value(n) for n in names],
                          [value("y")])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", int(words[1]))],
                            ir_version=8), words[-1])
"""  # noqa: E501
"""In place of the real one, which isn't on every machine: its words are."""


@pytest.fixture(scope="module")
def model() -> Artifact:
    return resolve(zoo.build("ernie-tiny-ner"), want="paddle")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "p2o"
    program.write_text(P2O.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    # A real one that is installed beside the interpreter would be asked first.
    monkeypatch.setattr(p2o, "_program", lambda interpreter: str(program))
    return program


def facts(file: Path) -> dict[str, str]:
    return {p.key: p.value for p in onnx.load(file).metadata_props}


def test_exporters_are_found_by_name_and_helpers_are_none() -> None:
    assert {"p2o", "paddle2onnx"} <= set(exporters())
    assert "derive" not in exporters()
    with pytest.raises(UsageError, match='no exporter "p3o"; did you mean "p2o"'):
        exporter(By("p3o"))
    with pytest.raises(UsageError, match='no paddle2onnx option "opti"'):
        exporter(By(options={"opti": 1}))


@pytest.mark.slow
def test_options_are_in_the_file(model: Artifact, tmp_path: Path) -> None:
    by = By(options={"optimize_tool": "polygraphy"})
    target = tmp_path / "m.onnx"
    paddle2onnx.export(model, target, opset=13, by=by)
    assert json.loads(facts(target)["paddle2onnx.options"]) == {"optimize_tool": "polygraphy"}
    paddle2onnx.export(model, tmp_path / "plain.onnx", opset=13)
    plain = onnx.load(tmp_path / "plain.onnx")
    assert len(onnx.load(target).graph.node) < len(plain.graph.node)
    assert "paddle2onnx.options" not in facts(tmp_path / "plain.onnx")


def test_an_optimiser_that_did_nothing_is_an_error(model: Artifact, tmp_path: Path) -> None:
    """Its onnxoptimizer asks for a pass with a blank in its name: it logs so, and goes on."""
    by = By(options={"optimize_tool": "onnxoptimizer"})
    with pytest.raises(ExportError, match=r"onnxoptimizer, which failed[^\x1b]*$|isn't installed"):
        paddle2onnx.export(model, tmp_path / "m.onnx", opset=13, by=by)
    assert not (tmp_path / "m.onnx").exists()


@pytest.mark.parametrize("options", [{"optimize_tool": "x"}, {"verbose": "loud"}])
def test_a_value_that_makes_no_sense(
    model: Artifact, tmp_path: Path, options: dict[str, str]
) -> None:
    with pytest.raises(UsageError):
        paddle2onnx.export(model, tmp_path / "m.onnx", opset=13, by=By(options=options))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(export, [str(a) for a in arguments], standalone_mode=False)


def test_an_environment_without_the_exporter_is_one_line(model: Artifact, tmp_path: Path) -> None:
    by = By(interpreter=interpreter(venv(tmp_path / "env", sees_numpy=True)))
    with pytest.raises(ExportError, match="can't be imported: No module named 'paddle2onnx'"):
        paddle2onnx.export(model, tmp_path / "m.onnx", opset=13, by=by)


def test_an_export_in_an_environment_says_where(model: Artifact, tmp_path: Path) -> None:
    out = tmp_path / "m.onnx"
    done = run(model.program, "--env", sys.executable, "--once", "--out", out)
    assert done.return_value == 0, done.output
    assert onnx.load(out).graph.node
    done = run(model.program, "--env", tmp_path / "gone", "--out", out)
    assert isinstance(done.exception, ParityError)
    assert "gone: no such environment" in str(done.exception)


def test_another_exporter_by_its_program(model: Artifact, command: Path, tmp_path: Path) -> None:
    made = p2o.export(model, tmp_path / "m.onnx", opset=17)
    assert made.effective_opset == 17
    told = facts(tmp_path / "m.onnx")
    assert told["exporter"] == "p2o"
    assert told["parity.program_sha256"]


NET = """
import sys, paddle
spec = [paddle.static.InputSpec([None, 2], "float32", "x")]
made = paddle.jit.to_static(paddle.nn.functional.relu, input_spec=spec, full_graph=True)
paddle.jit.save(made, sys.argv[1] + "/inference")
"""


def test_a_model_that_has_no_parameters(command: Path, tmp_path: Path) -> None:
    """Paddle writes no file for them, and the command wants the name of one."""
    words = [sys.executable, "-c", NET, str(tmp_path / "net")]
    subprocess.run(words, check=True, capture_output=True)
    bare = resolve(tmp_path / "net", want="paddle")
    assert bare.parameters is None
    p2o.export(bare, tmp_path / "m.onnx", opset=17)
    assert facts(tmp_path / "m.onnx")["exporter"] == "p2o"
    assert not list(tmp_path.rglob("*.pdiparams"))


@pytest.mark.parametrize(
    ("opset", "options", "says"),
    [
        (17, {"strict": True}, "p2o at opset 17 failed: Unsupported operator: rnn$"),
        (19, {}, "p2o at opset 19 failed: no such place$"),
        (20, {}, "ended well, and wrote nothing"),
        (16, {}, "wrote an invalid model.*p2o needs opset 17 for it$"),
    ],
)
def test_its_own_words(
    model: Artifact, command: Path, tmp_path: Path, opset: int, options: dict[str, bool], says: str
) -> None:
    with pytest.raises(ExportError, match=says):
        p2o.export(model, tmp_path / "m.onnx", opset=opset, by=By("p2o", options))
    assert not (tmp_path / "m.onnx").exists()


def test_what_it_does_not_take(model: Artifact, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="p2o writes opset 10 and up"):
        p2o.export(model, tmp_path / "m.onnx", opset=9)
    with pytest.raises(UsageError, match=r"p2o reads Paddle 3's \.json"):
        p2o.export(Artifact("pdmodel", tmp_path / "m.pdmodel"), tmp_path / "m.onnx", opset=17)


def test_where_it_is_not_installed_one_line_says_so(
    model: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ExportError, match=r"p2o isn't installed: pip install p2o"):
        p2o.export(model, tmp_path / "m.onnx", opset=17)
