"""What one large run took is given back by the runs after it."""

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from parity.engines import ort
from parity.model.artifact import Artifact

LARGE = 8192  # squared, and four bytes each: 268 MB


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what a process holds")
def test_a_large_run_is_not_kept(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"]),
        helper.make_node("MatMul", ["x", "t"], ["square"]),
        helper.make_node("ReduceMax", ["square"], ["y"], keepdims=0),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [])
    graph = helper.make_graph(nodes, "square", [x], [y])
    opset = [helper.make_opsetid("", 13)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), tmp_path / "m.onnx")
    engine = ort.open(Artifact("onnx", tmp_path / "m.onnx"), {"threads": 1})

    def run(rows: int) -> int:
        (found,) = engine.run({"x": np.full((rows, 1), 3, np.float32)}).values()
        assert found == 9
        assert engine._opened is not None
        return ort._resident() - engine._opened

    run(2)  # the very first piece is never given back
    assert run(LARGE) > ort._KEPT_BYTES
    assert run(2) < ort._KEPT_BYTES
