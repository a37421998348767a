"""One pixel at a turn of a rounding is no finding; a rounding of another kind is one."""

from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.model.artifact import resolve
from parity.verify.request import Effort, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.verify.conftest import Bench

N = helper.make_node
WIDTH = 48


def bytes_of(*, order: Any = slice(None), rounding: str = "Round") -> onnx.ModelProto:
    """x @ w, rounded to whole numbers; ``order``: in which the products are added up."""
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(WIDTH, 400)).astype(np.float32) * 40
    nodes = [
        N("Gather", ["x", "order"], ["moved"], axis=1),
        N("MatMul", ["moved", "w"], ["p"]),
        N(rounding, ["p"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "bytes",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", WIDTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 400])],
        [
            numpy_helper.from_array(weights[order], "w"),
            numpy_helper.from_array(np.arange(WIDTH)[order], "order"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    made.producer_name = str(order)
    return made


def ran(bench: Bench, candidate: onnx.ModelProto) -> Result:
    asked = bench.request(bench.save("candidate", candidate), effort=Effort(60, shrink_s=5))
    reference = Side(resolve(bench.save("reference", bytes_of())), "ort")
    return verify(replace(asked, reference=reference))


@pytest.mark.parametrize(
    "order", [slice(None, None, -1), np.random.default_rng(5).permutation(WIDTH)]
)
def test_another_order_of_the_same_sums_is_no_finding(bench: Bench, order: Any) -> None:
    result = ran(bench, bytes_of(order=order))
    assert result.passed, result.verdict.findings
    (worst,) = [m for m in result.verdict.worst if m.output == "y"]
    assert worst.max_abs == 1, "no pixel ever turned: nothing was shown"


@pytest.mark.parametrize("rounding", ["Floor", "Ceil"])
def test_another_rounding_is_a_finding(bench: Bench, rounding: str) -> None:
    assert not ran(bench, bytes_of(rounding=rounding)).passed


def test_a_pixel_that_is_off_elsewhere_is_a_finding(bench: Bench) -> None:
    """One weight by a thousandth: few pixels of a column turn, and none of the others."""
    model = bytes_of()
    tensor = next(t for t in model.graph.initializer if t.name == "w")
    values = numpy_helper.to_array(tensor).copy()
    values[5, 7] *= 1.01
    tensor.CopyFrom(numpy_helper.from_array(values, "w"))
    assert not ran(bench, model).passed
