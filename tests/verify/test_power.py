"""Tiny outputs, outputs that say nothing, inputs that the candidate ignores: exit 0 no more."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.compare.findings import Finding, InputDiffers
from parity.compare.noticed import BeyondRounding, NotDiscriminating
from parity.errors import CaseError
from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify

SMALL = 1e-7


def dense(*, scale: float = SMALL, weights: float = 1.0, moved: float = 0.0) -> onnx.ModelProto:
    """Floats (batch, 8) to a product with 4 columns, times a small scale."""
    rng = np.random.default_rng(3)
    matrix = (rng.normal(size=(8, 4)) * weights).astype(np.float32)
    matrix[2, 1] += moved
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["product"]),
        helper.make_node("Mul", ["product", "scale"], ["y"]),
    ]
    return model(nodes, {"w": matrix, "scale": np.float32(scale)})


def model(
    nodes: list[onnx.NodeProto], stored: dict[str, object], inputs: tuple[str, ...] = ("x",)
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["batch", 8]) for n in inputs],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(a), n) for n, a in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def verified(tmp_path: Path, reference: onnx.ModelProto, candidate: onnx.ModelProto) -> Result:

    def side(name: str, proto: onnx.ModelProto) -> Side:
        onnx.save(proto, tmp_path / f"{name}.onnx")
        return Side(resolve(tmp_path / f"{name}.onnx"), "ort")

    asked = Request(side("reference", reference), side("candidate", candidate))
    return verify(replace(asked, effort=Effort(10, shrink_s=5)))


def kinds(result: Result) -> set[type[Finding]]:
    return {type(f) for f in result.verdict.findings}


def test_a_healthy_model_of_tiny_outputs_passes_and_shows_its_rounding(tmp_path: Path) -> None:
    result = verified(tmp_path, dense(), dense())
    assert result.verdict.passed, result.verdict.findings
    assert result.noise["y"].rounding
    assert result.power["y"].spread > 0


@pytest.mark.parametrize(
    "broken",
    [dense(weights=0.0), dense(moved=0.01), dense(scale=0.0), dense(scale=SMALL * 1.01)],
    ids=["weights zeroed", "one weight", "scale zeroed", "scale off"],
)
def test_a_fault_below_the_tolerance_is_found_by_rounding(
    tmp_path: Path, broken: onnx.ModelProto
) -> None:
    result = verified(tmp_path, dense(), broken)
    assert kinds(result) == {BeyondRounding}
    assert result.minimal is not None
    assert result.minimal.reproduced
    assert len(result.minimal.example.feed["x"]) == 1


def test_who_allows_more_is_not_held_to_rounding(tmp_path: Path) -> None:
    found = verified(tmp_path, dense(), dense(moved=0.01))
    loose = replace(found.request.tolerance, atol=1e-4)
    result = verify(replace(found.request, tolerance=loose))
    assert kinds(result) == {NotDiscriminating}  # and is told that nothing could be noticed


def same(name: str) -> onnx.ModelProto:
    """What is x - x, or zero by a factor, whatever is fed."""
    if name == "x - x":
        return model([helper.make_node("Sub", ["x", "x"], ["y"])], {})
    return model(
        [
            helper.make_node("Mul", ["x", "zero"], ["nothing"]),
            helper.make_node("Add", ["nothing", "five"], ["y"]),
        ],
        {"zero": np.float32(0), "five": np.float32(5)},
    )


@pytest.mark.parametrize("name", ["x - x", "five"])
def test_an_output_that_nothing_moves_is_a_finding_and_can_be_accepted(
    tmp_path: Path, name: str
) -> None:
    result = verified(tmp_path, same(name), same(name))
    assert kinds(result) == {NotDiscriminating}
    accepted = verify(replace(result.request, accepted={"y": "it is a constant"}))
    assert accepted.verdict.passed
    assert any("it is a constant" in note for note in accepted.notes)


def test_what_only_a_wide_tolerance_hides_can_not_be_accepted(tmp_path: Path) -> None:
    healthy = verified(tmp_path, dense(scale=1.0), dense(scale=1.0))
    assert healthy.passed
    wide = replace(healthy.request.tolerance, atol=1e9)
    asked = replace(healthy.request, tolerance=wide, accepted={"y": "fine"})
    result = verify(asked)
    assert kinds(result) == {NotDiscriminating}
    assert not any("accepted" in note for note in result.notes)


def test_accepting_an_output_that_there_is_not_is_an_error(tmp_path: Path) -> None:
    result = verified(tmp_path, dense(), dense())
    with pytest.raises(CaseError, match=r'no output "z".*there are: y'):
        verify(replace(result.request, accepted={"z": "of old"}))


def test_a_constant_by_construction_is_named_and_no_finding(tmp_path: Path) -> None:
    # Anchors: of the shape of the input, of none of its values; beside an output that varies.
    proto = model(
        [
            helper.make_node("Shape", ["x"], ["shape"]),
            helper.make_node("Expand", ["anchors", "shape"], ["y"]),
            helper.make_node("Mul", ["x", "two"], ["z"]),
        ],
        {"anchors": np.arange(8, dtype=np.float32), "two": np.float32(2)},
    )
    proto.graph.output.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, None))
    result = verified(tmp_path, proto, proto)
    assert result.verdict.passed
    assert any("y: depends on no value" in note for note in result.notes)


def test_an_input_that_only_the_reference_reads_is_a_finding(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Add", ["x", "b"], ["sum"]),
        helper.make_node("Mul", ["sum", "w"], ["y"]),
    ]
    wide = np.linspace(1, 2, 8, dtype=np.float32)
    both = model(nodes, {"w": wide}, ("x", "b"))
    nodes[0] = helper.make_node("Add", ["x", "x"], ["sum"])
    one = model(nodes, {"w": wide}, ("x", "b"))
    found = verified(tmp_path, both, one)
    assert InputDiffers in kinds(found)
    assert not any("own graph says otherwise" in note for note in found.notes)
    assert InputDiffers not in kinds(verified(tmp_path, both, both))
