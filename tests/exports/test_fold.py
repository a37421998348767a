"""Folding constants into initializers keeps a model valid."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from parity.exports._graph import fold


def test_a_model_of_ir_3_stays_valid() -> None:
    """Opset 8 is written with it, and then an initializer had to be an input."""
    weight = numpy_helper.from_array(np.ones((2, 2), np.float32), "w")
    nodes = [
        helper.make_node("Constant", [], ["w"], value=weight),
        helper.make_node("MatMul", ["x", "w"], ["y"]),
    ]
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n", 2]) for n in ("x", "y")]
    graph = helper.make_graph(nodes, "g", values[:1], values[1:])
    opset = [helper.make_opsetid("", 8)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=3)
    onnx.checker.check_model(model)
    fold(model)
    assert [t.name for t in model.graph.initializer] == ["w"]
    onnx.checker.check_model(model)
