"""The guilty node stands between what feeds it and what it feeds, two steps each way."""

from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from parity.diagnose.strip import drawn, reading, strip
from parity.model.parts.onnx_cut import Graph
from parity.written.culprit import Culprit

node = helper.make_node


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [4]) for n in "xy"]
    one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
    nodes = [
        node("Abs", ["x"], ["a"], "first"),
        node("Neg", ["a"], ["b"], "second"),
        node("Identity", ["b"], ["c"], "passed on"),
        node("Exp", ["c"], ["d"], "third"),
        node("Add", ["d", "one"], ["e"]),
        *(node("Sqrt", ["e"], [f"s{i}"], f"reader {i}") for i in range(5)),
        node("Sum", [f"s{i}" for i in range(5)], ["y"], "last"),
    ]
    made = helper.make_graph(nodes, "g", ends[:1], ends[1:], [one])
    path = tmp_path / "m.onnx"
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)]), path)
    return Graph(path)


def test_two_steps_each_way_and_no_further(graph: Graph) -> None:
    found = strip(graph, Culprit("third", "Exp", ("d",), "pd_op.exp", ""))
    assert drawn(found) == (
        "Abs first → Neg second → [Exp third] → Add e → "
        "Sqrt reader 0, Sqrt reader 1, Sqrt reader 2 and 2 more"
    )
    assert [n.distance for n in found] == [-2, -1, 0, 1, 2, 2, 2]
    assert (found[2].inputs, found[2].outputs) == (("c",), ("d",))


def test_a_node_without_a_name_goes_by_what_it_makes(graph: Graph) -> None:
    assert "[Add e]" in drawn(strip(graph, Culprit("e", "Add", ("e",), "", "")))


def test_of_a_weight_what_reads_it(graph: Graph) -> None:
    assert "[Add e]" in drawn(reading(graph, "one"))


def test_what_is_not_there_has_none(graph: Graph) -> None:
    assert strip(graph, Culprit("gone", "Add", (), "", "")) == reading(graph, "gone") == ()
