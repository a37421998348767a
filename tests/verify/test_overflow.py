"""What overflows in FP16 is found though a CPU doesn't show it, and a mask is no such thing."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.compare.overflow import Fp16Overflows
from parity.compare.tolerance import DEFAULTS
from parity.compare.warned import RangesUnknown
from parity.exports import _variant
from parity.inputs import Example
from parity.model.artifact import resolve
from parity.model.parts.onnx_cut import Graph
from parity.verify.checks import overflow
from parity.verify.request import Effort, Request, Side
from parity.verify.run import verify

node = helper.make_node

Build = Callable[[Sequence[onnx.NodeProto], Mapping[str, object]], Request]


@pytest.fixture
def lowered(tmp_path: Path) -> Build:
    """An ONNX file of nodes from x (n, 4) to y, and its FP16 variant, to be checked against it."""

    def build(nodes: Sequence[onnx.NodeProto], stored: Mapping[str, object]) -> Request:
        held = [numpy_helper.from_array(np.asarray(v, np.float32), n) for n, v in stored.items()]
        ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n", 4]) for n in "xy"]
        graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], held)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        onnx.save(made, tmp_path / "fp32.onnx")
        _variant.make(tmp_path / "fp32.onnx", "fp16", tmp_path / "fp16.onnx")
        fp32, fp16 = (Side(resolve(tmp_path / f"{name}.onnx"), "ort") for name in ("fp32", "fp16"))
        effort = Effort(max_examples=3, shrink_s=1)
        return Request(fp32, fp16, precision="fp16", tolerance=DEFAULTS["fp16"], effort=effort)

    return build


def squared() -> list[onnx.NodeProto]:
    """A thousand times x, squared, and back: 1e6 in between, which FP16 hasn't."""
    return [
        node("Mul", ["x", "k"], ["large"], "grow"),
        node("Mul", ["large", "large"], ["square"], "square"),
        node("Mul", ["square", "back"], ["small"], "shrink"),
        node("Add", ["small", "x"], ["y"], "add"),
    ]


SQUARED = {"k": 1000.0, "back": 1e-3}


def test_an_overflow_that_the_run_hides_is_a_finding(lowered: Build) -> None:
    result = verify(lowered(squared(), SQUARED))
    (found,) = [f for f in result.verdict.findings if isinstance(f, Fp16Overflows)]
    assert (found.node, found.op_type, found.further) == ("square", "Mul", 0)
    assert found.value > found.limit
    assert not result.passed
    # It is hidden: the outputs themselves agree.
    assert {type(f) for f in result.verdict.findings} == {Fp16Overflows}


def test_what_stays_in_range_is_none(lowered: Build) -> None:
    result = verify(lowered(squared(), {"k": 2.0, "back": 0.25}))
    assert result.passed
    assert any("none beyond its range" in note for note in result.notes)


def test_a_half_among_the_constants_alone_has_no_range_inside(lowered: Build) -> None:
    request = lowered(squared(), {"k": 2.0, "back": 0.25})
    file = request.candidate.model.program
    halved = onnx.load(request.reference.model.program)
    half = numpy_helper.from_array(np.asarray(0.25, np.float16), "half")
    del halved.graph.initializer[1]
    halved.graph.initializer.append(half)
    halved.graph.node.insert(0, node("Cast", ["half"], ["back"], to=TensorProto.FLOAT))
    onnx.save(halved, file)
    result = verify(request)
    assert not [w for w in result.warnings if isinstance(w, RangesUnknown)]
    assert "FP16: no tensor inside is one that overflows" in result.notes


MASKED = [
    node("Mul", ["x", "one"], ["scores"]),
    node("Add", ["scores", "mask"], ["seen"]),
    node("Softmax", ["seen"], ["shares"], axis=-1),
    node("Mul", ["shares", "one"], ["y"]),
]


def ranges_of(request: Request, *rows: Sequence[float]) -> list[Fp16Overflows]:
    feed = {"x": np.array(rows, np.float32)}
    found = overflow.ranges(request, [Example(feed, "rows")])
    assert isinstance(found, dict)
    return list(overflow.overflows(Graph(request.candidate.model.program), found))


def test_a_mask_before_a_softmax_is_none(lowered: Build) -> None:
    request = lowered(MASKED, {"one": 1.0, "mask": [0.0, 0.0, 0.0, -3e38]})
    assert not ranges_of(request, [1, 2, 3, -50])


def test_a_row_that_is_masked_as_a_whole_is_one(lowered: Build) -> None:
    request = lowered(MASKED, {"one": 1.0, "mask": [-3e38] * 4})
    assert [f.tensor for f in ranges_of(request, [-50] * 4)] == ["seen"]


def test_minus_infinity_that_something_else_reads_is_one(lowered: Build) -> None:
    nodes = [*MASKED[:2], node("Mul", ["seen", "one"], ["y"])]
    request = lowered(nodes, {"one": 1.0, "mask": [0.0, 0.0, 0.0, -3e38]})
    assert [f.tensor for f in ranges_of(request, [1, 2, 3, -50])] == ["seen"]


def test_only_where_it_begins_is_told_and_the_rest_counted(lowered: Build) -> None:
    nodes = [
        node("Mul", ["x", "k"], ["a"], "first"),
        node("Mul", ["a", "one"], ["b"], "second"),
        node("Mul", ["b", "back"], ["y"], "third"),
    ]
    request = lowered(nodes, {"k": 6e4, "one": 1.0, "back": 1e-4})
    (found,) = ranges_of(request, [1, 2, 3, -50])
    assert (found.node, found.further) == ("first", 1)
    assert found.value == pytest.approx(-3e6, rel=0.01)


def test_ranges_that_can_not_be_told_are_a_warning(
    lowered: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overflow, "ranges", lambda *_: "its process died")
    result = verify(lowered(squared(), {"k": 2.0, "back": 0.25}))
    assert RangesUnknown("its process died") in result.warnings
