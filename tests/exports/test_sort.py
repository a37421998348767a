"""Nodes are brought into an order, or it is said that there is none."""

import onnx
import pytest
from onnx import helper

from parity.errors import ExportError
from parity.exports._graph import sort


def graph(*wired: tuple[str, str]) -> onnx.GraphProto:
    nodes = [helper.make_node("Relu", [read], [made], f"makes {made}") for read, made in wired]
    return helper.make_graph(nodes, "g", [], [])


def order(made: onnx.GraphProto) -> str:
    return "".join(node.output[0] for node in made.node)


def test_what_is_in_order_stays_so_and_the_rest_comes_after_what_it_reads() -> None:
    mixed = graph(("c", "d"), ("a", "b"), ("x", "a"), ("b", "c"), ("x", "e"))
    sort(mixed)
    assert order(mixed) == "abcde"
    right = graph(("x", "a"), ("x", "e"), ("a", "b"))
    sort(right)
    assert order(right) == "aeb"


@pytest.mark.parametrize(
    "wired",
    [(("a", "a"),), (("b", "a"), ("a", "b")), (("x", "y"), ("c", "a"), ("a", "b"), ("b", "c"))],
)
def test_a_circle_is_refused_by_the_names_in_it(wired: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ExportError, match=r"goes round in a circle, .*: .*makes a"):
        sort(graph(*wired))


def test_a_long_circle_is_not_named_whole() -> None:
    wired = [(f"t{i}", f"t{(i + 1) % 100}") for i in range(100)]
    with pytest.raises(ExportError) as refused:
        sort(graph(*wired))
    assert str(refused.value).count("makes") == 5
    assert str(refused.value).endswith(", …")


def test_a_name_inside_a_branch_is_not_that_outside() -> None:
    """The branches' own output bears the name of the If's, and reads a later one's input."""
    info = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
    branch = helper.make_graph([helper.make_node("Relu", ["late"], ["y"])], "b", [], [info])
    outer = graph(("x", "late"))
    choose = helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=branch)
    outer.node.insert(0, choose)
    sort(outer)
    assert [node.op_type for node in outer.node] == ["Relu", "If"]
