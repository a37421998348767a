"""The oracle: right where ONNX Runtime is, in float64, and honest where it can't tell."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from parity.diagnose.ladder import oracle
from parity.diagnose.ladder.clock import Clock
from parity.engines.onnx_reference import _runtime
from parity.engines.ort import session_of
from parity.model.tensors import Feed
from parity.oracle.float64 import Computed, Oracle
from tests.diagnose.ladder.small import (
    FLOAT,
    LONG_S,
    floats,
    linear,
    middle,
    model,
    node,
    normalised,
    resized,
)  # fmt: skip

GATES = {"GRU": 3, "LSTM": 4, "RNN": 1}
HIDDEN, WIDTH, STEPS, BATCH = 5, 4, 6, 3


def agrees(made: onnx.ModelProto, feed: Feed, *, checked: bool = False) -> Computed:
    """Computed, and equal to what ONNX Runtime makes of it but for rounding."""
    computed = Oracle(made, _runtime, checked=checked).compute(feed)
    session = session_of(made.SerializeToString(), level="disable", threads=1)
    for name, theirs in zip(computed.outputs, session.run(None, dict(feed)), strict=True):
        mine = computed.outputs[name]
        assert mine.dtype == np.float64
        assert mine.shape == theirs.shape
        assert np.allclose(mine.astype(np.float64), theirs, rtol=1e-5, atol=1e-5)
        assert mine.size
    return computed


def recurrent(op: str, direction: str, *, lengths: bool, after: int = 0) -> onnx.ModelProto:
    many, gates = 2 if direction == "bidirectional" else 1, GATES[op]
    also = {"linear_before_reset": after} if op == "GRU" else {}
    outputs = ["y", "last", *(["memory"] if op == "LSTM" else [])]
    return model(
        [
            node(
                op, ["x", "w", "r", "b", "lengths" if lengths else "", "first"], outputs,
                hidden_size=HIDDEN, direction=direction, **also,
            )
        ],
        {"x": (FLOAT, [STEPS, BATCH, WIDTH])},
        dict.fromkeys(outputs, (FLOAT, None)),
        {
            "w": floats(many, gates * HIDDEN, WIDTH, seed=1),
            "r": floats(many, gates * HIDDEN, HIDDEN, seed=2),
            "b": floats(many, 2 * gates * HIDDEN, seed=3),
            "lengths": np.array([STEPS, 1, 3], np.int32),
            "first": floats(many, BATCH, HIDDEN, seed=4),
        },
    )  # fmt: skip


@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize("op", GATES)
def test_recurrent_layers_of_all_kinds(op: str, direction: str, *, lengths: bool) -> None:
    made = recurrent(op, direction, lengths=lengths)
    assert not agrees(made, {"x": floats(STEPS, BATCH, WIDTH)}).borrowed


@pytest.mark.parametrize("lengths", [False, True])
def test_a_gru_that_resets_after_its_product(*, lengths: bool) -> None:
    made = recurrent("GRU", "bidirectional", lengths=lengths, after=1)
    assert not agrees(made, {"x": floats(STEPS, BATCH, WIDTH)}).borrowed


def test_a_recurrent_layer_of_other_activations_has_no_oracle() -> None:
    made = recurrent("RNN", "forward", lengths=False)
    made.graph.node[0].attribute.append(helper.make_attribute("activations", ["Relu"]))
    computed = agrees(made, {"x": floats(STEPS, BATCH, WIDTH)})
    assert computed.borrowed == {"RNN"}


@pytest.mark.parametrize("opset", [9, 13, 15])
def test_normalisation_by_stored_statistics_at_every_opset(opset: int) -> None:
    """onnx's own takes the batch's below opset 14."""
    made = model(
        [node("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"], momentum=0.9, epsilon=1e-3)],
        {"x": (FLOAT, [2, 3, 4, 4])},
        {"y": (FLOAT, None)},
        {
            "s": floats(3, seed=1), "b": floats(3, seed=2), "m": floats(3, seed=3),
            "v": np.abs(floats(3, seed=4)),
        },
        opset=opset,
    )  # fmt: skip
    computed = agrees(made, {"x": floats(2, 3, 4, 4)}, checked=True)
    assert not computed.borrowed
    assert not computed.apart


def test_a_branch_reads_what_is_outside_of_it() -> None:
    def branch(op: str) -> onnx.GraphProto:
        out = helper.make_tensor_value_info(op, FLOAT, None)
        return helper.make_graph([node(op, ["half", "x"], [op])], op, [], [out])

    made = model(
        [
            node("Mul", ["x", "factor"], ["half"]),
            node("ReduceSum", ["x"], ["sum"], keepdims=0),
            node("Greater", ["sum", "zero"], ["positive"]),
            node("If", ["positive"], ["y"], then_branch=branch("Add"), else_branch=branch("Sub")),
        ],
        {"x": (FLOAT, [4])},
        {"y": (FLOAT, None)},
        {"factor": np.float32(0.5), "zero": np.float32(0)},
    )
    for x in (np.ones(4, np.float32), -np.ones(4, np.float32)):
        assert not agrees(made, {"x": x}).borrowed


def test_what_is_no_operator_of_onnx_is_borrowed_and_told() -> None:
    made = model(
        [node("FusedMatMul", ["x", "w"], ["y"], domain="com.microsoft", transB=1)],
        {"x": (FLOAT, [2, 4])},
        {"y": (FLOAT, None)},
        {"w": floats(3, 4, seed=1)},
    )
    made.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    assert agrees(made, {"x": floats(2, 4)}).borrowed == {"FusedMatMul"}


@pytest.mark.parametrize("made", [normalised(), linear()])
def test_a_healthy_graph_passes_the_check_of_each_operator(made: onnx.ModelProto) -> None:
    shape = [d.dim_value or 2 for d in made.graph.input[0].type.tensor_type.shape.dim]
    computed = agrees(made, {"x": floats(*shape)}, checked=True)
    assert not computed.borrowed
    assert not computed.apart


def test_an_operator_on_which_two_disagree_is_told_and_the_runtime_believed() -> None:
    feed = {"x": floats(1, 2, 7, 7)}
    mine = Oracle(resized(), _runtime, checked=False).compute(feed)
    np.testing.assert_array_equal(mine.outputs["y"][..., 0, 0], feed["x"][..., 3, 3])
    checked = agrees(resized(), feed, checked=True)
    assert set(checked.apart) == {"Resize"}


def test_it_is_float64_all_along() -> None:
    """What float32 loses is kept: 1 + 1e-9 - 1."""
    made = model(
        [
            node("Mul", ["x", "tiny"], ["little"]),
            node("Add", ["little", "one"], ["more"]),
            node("Sub", ["more", "one"], ["y"]),
        ],
        {"x": (FLOAT, [1])},
        {"y": (FLOAT, None)},
        {"tiny": np.float32(1e-9), "one": np.float32(1)},
    )
    computed = Oracle(made, _runtime, checked=False).compute({"x": np.ones(1, np.float32)})
    assert computed.outputs["y"] == pytest.approx(1e-9, rel=1e-4)


def test_asked_in_a_process_of_its_own(tmp_path: Path) -> None:
    feed = {"x": floats(1, 2, 7, 7)}
    onnx.save(middle(), tmp_path / "m.onnx")
    told = oracle.ask(tmp_path / "m.onnx", feed, Clock(LONG_S), checked=True)
    assert isinstance(told, oracle.Told), told
    np.testing.assert_array_equal(told.outputs["y"][..., 0, 0], feed["x"][..., 3, 3])
    assert told.unsure == ()


def test_what_can_not_be_computed_is_a_value(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    said = oracle.ask(broken, {"x": floats(1)}, Clock(LONG_S))
    assert isinstance(said, str)
    assert said.startswith("it doesn't load: DecodeError")
    assert oracle.ask(broken, {}, Clock(0.0)) == "no time was left for it"
