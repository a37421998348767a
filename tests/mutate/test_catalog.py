"""Each class of faults changes what it says, and says where it finds nothing."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.mutate.catalog import CLASSES, mutate


def network() -> onnx.ModelProto:
    """A little of everything: a product, a bias, a constant, an activation, two outputs."""
    rng = np.random.default_rng(0)
    held = {
        "w": rng.standard_normal((4, 4)).astype(np.float32),
        "u": rng.standard_normal((4, 4)).astype(np.float32),
        "b": rng.standard_normal(8)[:4].astype(np.float32),
        "half": np.array([0.5], np.float32),
        "q_scale": np.array([0.1], np.float32),
        "long": rng.standard_normal((8, 4)).astype(np.float32),
    }
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["a"], "first"),
        helper.make_node("Add", ["a", "b"], ["c"], "bias"),
        helper.make_node("Tanh", ["c"], ["d"], "act"),
        helper.make_node("Mul", ["d", "half"], ["e"], "halved"),
        helper.make_node("MatMul", ["e", "u"], ["f"], "second"),
        helper.make_node("Softmax", ["f"], ["y"], "soft", axis=1),
        helper.make_node("Mul", ["e", "q_scale"], ["z"], "scaled"),
    ]
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["N", 4]) for n in "xyz"]
    graph = helper.make_graph(
        nodes, "g", values[:1], values[1:], [numpy_helper.from_array(a, n) for n, a in held.items()]
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])


@pytest.mark.parametrize("kind", CLASSES)
def test_it_changes_the_model_and_says_what(kind: str) -> None:
    changed = 0
    for seed in range(6):
        model = network()
        said = mutate(model, kind, str(seed))
        if said is not None:
            assert said
            changed += model.SerializeToString() != network().SerializeToString()
    assert changed


@pytest.mark.parametrize("kind", CLASSES)
def test_a_seed_gives_the_same_fault(kind: str) -> None:
    one, same = network(), network()
    assert mutate(one, kind, "7") == mutate(same, kind, "7")
    assert one.SerializeToString() == same.SerializeToString()


@pytest.mark.parametrize("kind", sorted({*CLASSES} - {"outputs"}))
def test_where_there_is_nothing_it_says_so(kind: str) -> None:
    value = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["N"]) for n in "xy"]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])], "g", value[:1], value[1:]
    )
    model = helper.make_model(graph)
    before = model.SerializeToString()
    assert mutate(model, kind, "0") is None
    assert model.SerializeToString() == before


def test_rounding_keeps_close_and_is_no_whole_number() -> None:
    model = network()
    said = mutate(model, "bf16", "1")
    assert said is not None
    name = said.rpartition(" ")[2]
    old = {t.name: numpy_helper.to_array(t) for t in network().graph.initializer}[name]
    new = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}[name]
    assert 0 < np.abs(new - old).max() < 0.01 * np.abs(old).max()
