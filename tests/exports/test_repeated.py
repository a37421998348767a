"""An export that is another one each time is refused, with what moved; a healthy one is made."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from click.testing import CliRunner
from onnx import helper, numpy_helper

from parity.cli.export import export
from parity.errors import ExportError
from parity.exports import paddle2onnx, repeated
from parity.exports._moved import moved
from parity.exports.derive import derive
from parity.model.artifact import Artifact, resolve
from parity.processes import run

FAKE = """
import json, os, sys
import onnx
from onnx import TensorProto, helper
asked = json.load(open(sys.argv[1]))
second = asked["file"].endswith("other.onnx")
if second and MODE == "dies" and not os.path.exists(asked["file"] + ".died"):
    open(asked["file"] + ".died", "w").close()
    os.abort()
alpha = 2.5e-43 * os.getpid() if MODE == "moves" else 0.01
node = helper.make_node("LeakyRelu", ["x"], ["y"], "LeakyRelu.0", alpha=alpha)
value = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [2]) for n in "xy"]
graph = helper.make_graph([node], "g", value[:1], value[1:])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
onnx.save(model, asked["file"])
size = os.path.getsize(asked["file"])
json.dump({"opset": 13, "bytes": size}, open(asked["result"], "w"))
"""


class Faked:
    """An exporter of the test's own in the place of Paddle2ONNX; started: what it made."""

    def __init__(self, mode: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "fake_exporter.py").write_text(FAKE.replace("MODE", repr(mode)), "utf-8")
        monkeypatch.setenv("PYTHONPATH", str(folder))
        self.started: list[str] = []
        monkeypatch.setattr(paddle2onnx, "run_module", self._run)
        monkeypatch.setattr(repeated, "Running", self._begin)

    def _run(self, _: str, arguments: list[str], **rest: Any) -> run.Ended:
        self._note(arguments)
        return run.run_module("fake_exporter", arguments, **rest)

    def _begin(self, _: str, arguments: list[str], **rest: Any) -> run.Running:
        self._note(arguments)
        return run.Running("fake_exporter", arguments, **rest)

    def _note(self, arguments: list[str]) -> None:
        self.started.append(Path(json.loads(Path(arguments[0]).read_text())["file"]).name)


@pytest.mark.slow
def test_a_healthy_one_is_made_and_nothing_else_is_left(small: Artifact, tmp_path: Path) -> None:
    target = tmp_path / "new" / "model.onnx"
    made = repeated.export(small, target, opset=7)
    assert (made.path, made.requested_opset, made.effective_opset) == (target, 7, 11)
    paddle2onnx.export(small, tmp_path / "once.onnx", opset=7)
    assert moved(target, tmp_path / "once.onnx") == ""
    assert [p.name for p in target.parent.iterdir()] == ["model.onnx"]


def test_what_moves_is_refused_and_named(
    small: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faked = Faked("moves", tmp_path, monkeypatch)
    target = tmp_path / "out" / "model.onnx"
    with pytest.raises(ExportError, match="not repeatable") as refused:
        repeated.export(small, target, opset=13)
    assert 'two exports differ, LeakyRelu "LeakyRelu.0": alpha ' in str(refused.value)
    assert "--once" in str(refused.value)
    assert list(target.parent.iterdir()) == []
    assert faked.started == ["other.onnx", "model.onnx"]  # side by side


def test_a_second_one_that_dies_is_made_again_alone(
    small: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faked = Faked("dies", tmp_path, monkeypatch)
    repeated.export(small, tmp_path / "out" / "model.onnx", opset=13)
    assert faked.started == ["other.onnx", "model.onnx", "model.onnx"]


@pytest.mark.usefixtures("fresh_cache")
def test_once_takes_the_first_and_is_never_taken_for_two(
    small: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faked = Faked("moves", tmp_path, monkeypatch)
    once = derive(small, opset=13, precision="fp32", once=True)
    assert faked.started == ["model.onnx"]
    assert derive(small, opset=13, precision="fp32", once=True) == once
    assert faked.started == ["model.onnx"]  # kept
    with pytest.raises(ExportError, match="not repeatable"):
        derive(small, opset=13, precision="fp32")


@pytest.mark.usefixtures("fresh_cache")
def test_what_is_kept_is_not_exported_again(
    small: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faked = Faked("same", tmp_path, monkeypatch)
    made = derive(small, opset=13, precision="fp32")
    assert faked.started == ["other.onnx", "model.onnx"]
    assert derive(small, opset=13, precision="fp32") == made
    assert len(faked.started) == 2


@pytest.mark.usefixtures("fresh_cache")
def test_the_command_refuses_and_can_be_told_not_to(
    small: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Faked("moves", tmp_path, monkeypatch)
    out = tmp_path / "out" / "model.onnx"
    out.parent.mkdir()
    asked = [str(small.program), "--out", str(out)]
    with pytest.raises(ExportError, match="is not repeatable: two exports differ"):
        CliRunner().invoke(export, asked, catch_exceptions=False)
    assert not out.exists()
    done = CliRunner().invoke(export, [*asked, "--once"], catch_exceptions=False)
    assert done.exit_code == 0
    assert out.is_file()


PAD = """
import sys, paddle
from paddle.nn import functional as F
def net(x):
    return F.pad(x, [1, 2, 3, 4], value=0.0)
spec = [paddle.static.InputSpec([None, 3, 8, 8], "float32", "x")]
paddle.jit.save(paddle.jit.to_static(net, input_spec=spec, full_graph=True), sys.argv[1] + "/net")
"""


@pytest.mark.slow
def test_paddle2onnx_gives_a_zero_pad_another_value_each_time(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = tmp_path / "net.py"
    script.write_text(PAD, "utf-8")
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, capture_output=True)
    model = resolve(tmp_path / "net", want="paddle")
    made = [tmp_path / f"{at}.onnx" for at in range(4)]
    for path in made:
        paddle2onnx.export(model, path, opset=13)
    told = {moved(made[0], path) for path in made[1:]} - {""}
    if not told:
        pytest.skip("the memory that it reads was the same in four processes")
    assert all(said.startswith("constant ") for said in told)
    assert all(', which Pad "Pad.0" reads, is ' in said for said in told)


def saved(path: Path, *, alpha: float = 0.5, fill: float = 1.0, nodes: int = 1) -> Path:
    chain = [helper.make_node("LeakyRelu", ["x"], ["t0"], "first", alpha=alpha)]
    chain += [helper.make_node("Relu", [f"t{i}"], [f"t{i + 1}"], f"r{i}") for i in range(nodes)]
    held = numpy_helper.from_array(np.array([fill], np.float32), "fill")
    chain.append(helper.make_node("Constant", [], ["fill"], "c", value=held))
    chain.append(helper.make_node("Identity", ["fill"], ["same"], "i"))
    chain.append(helper.make_node("Add", [f"t{nodes}", "same"], ["y"], "last"))
    value = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [2]) for n in "xy"]
    graph = helper.make_graph(chain, "g", value[:1], value[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), path)
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"alpha": 2e31}, 'LeakyRelu "first": alpha 0.5 and 2e+31'),
        ({"fill": -7e-6}, 'constant "fill", which Add "last" reads, is 1 and -7e-06'),
        ({"nodes": 2}, "one has 5 nodes, the other 6"),
    ],
)
def test_what_moved_is_found(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    one, other = saved(tmp_path / "a.onnx"), saved(tmp_path / "b.onnx", **changes)
    assert moved(one, other) == said
