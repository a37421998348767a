"""What a piece of several nodes is called after."""

import pytest
from onnx import NodeProto, helper

from parity.diagnose.inner.blame import telling

N = helper.make_node


@pytest.mark.parametrize(
    ("nodes", "named"),
    [
        ([N("Concat", ["a", "b"], ["c"], axis=1), N("Identity", ["c"], ["d"])], "Concat"),
        ([N("Identity", ["a"], ["d"])], "Identity"),
        ([N("MatMul", ["a", "b"], ["c"]), N("Add", ["c", "d"], ["e"])], "MatMul"),
        (
            [
                N("Shape", ["a"], ["s"]),
                N("Constant", [], ["i"]),
                N("Gather", ["s", "i"], ["n"]),
                N("Slice", ["a", "i", "n"], ["c"]),
            ],
            "Slice",
        ),
        ([N("Shape", ["a"], ["s"]), N("Gather", ["s", "i"], ["n"])], "Gather"),
        ([N("Gather", ["table", "ids"], ["row"]), N("Cast", ["row"], ["c"], to=1)], "Gather"),
    ],
)
def test_the_node_that_computes_with_values(nodes: list[NodeProto], named: str) -> None:
    assert telling(nodes).op_type == named
