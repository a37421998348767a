"""A Paddle model that holds no parameters: its bundle replays, and nobody asks for a tokenizer."""

import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from parity.model.artifact import resolve
from parity.report import bundle
from parity.verify.request import Effort, Request, Side
from parity.verify.run import verify

NET = """
import sys, paddle
def net(x):
    return paddle.tanh(x)
spec = [paddle.static.InputSpec([None, 8], "float32", "x")]
made = paddle.jit.to_static(net, input_spec=spec, full_graph=True)
paddle.jit.save(made, sys.argv[1] + "/inference")
"""


@pytest.fixture(scope="module")
def request_(tmp_path_factory: pytest.TempPathFactory) -> Request:
    """tanh in Paddle, sin in ONNX."""
    folder = tmp_path_factory.mktemp("net")
    (folder / "net.py").write_text(NET, "utf-8")
    subprocess.run(
        [sys.executable, str(folder / "net.py"), str(folder)], check=True, capture_output=True
    )
    assert not (folder / "inference.pdiparams").exists()
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n", 8]) for n in ("x", "y"))
    graph = helper.make_graph([helper.make_node("Sin", ["x"], ["y"])], "sin", [x], [y])
    y.name = graph.output[0].name = graph.node[0].output[0] = "fetch_name_0"
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(made, folder / "sin.onnx")
    return Request(
        Side(resolve(folder / "inference.json"), "paddle"),
        Side(resolve(folder / "sin.onnx"), "ort"),
        effort=Effort(1, shrink_s=5),
    )


@pytest.mark.slow
def test_its_bundle_replays(request_: Request, tmp_path: Path) -> None:
    result = verify(request_)
    assert not any("tokenizer" in note for note in result.notes)
    folder = bundle.write(tmp_path / "bundle", result)
    model, wrong = (str(side.model.program) for side in (request_.reference, request_.candidate))
    for arguments in ([], [model, wrong]):
        done = subprocess.run(
            [sys.executable, "-I", str(folder / "repro.py"), *arguments],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1, done.stdout + done.stderr
        assert "the difference is there" in done.stdout
