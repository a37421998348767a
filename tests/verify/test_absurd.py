"""An attribute that can't be meant is a finding, also where no feed shows it; a real one isn't."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.compare.attributes import AttributeAbsurd
from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify


def saved(path: Path, node: onnx.NodeProto, **held: float) -> Path:
    """A network of one node on x, of four axes; what else it reads is stored."""
    value = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 2, 3, 3]) for n in "xy"]
    del value[1].type.tensor_type.shape.dim[:]
    for symbol in "abcd":
        value[1].type.tensor_type.shape.dim.add().dim_param = symbol
    stored = [numpy_helper.from_array(np.array(v, np.float32), name) for name, v in held.items()]
    stored += [numpy_helper.from_array(np.ones(2, np.float32), "one")]
    stored += [numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64), "pads")]
    graph = helper.make_graph([node], "g", value[:1], value[1:], stored)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), path)
    return path


def check(reference: Path, candidate: Path) -> Result:
    sides = Side(resolve(reference), "ort"), Side(resolve(candidate), "ort")
    return verify(Request(*sides, effort=Effort(1, shrink_s=1)))


def absurd(result: Result) -> list[AttributeAbsurd]:
    return [f for f in result.verdict.findings if isinstance(f, AttributeAbsurd)]


def norm(epsilon: float) -> onnx.NodeProto:
    made = ["x", "one", "one"]
    return helper.make_node("InstanceNormalization", made, ["y"], "norm", epsilon=epsilon)


def pad(mode: str = "constant") -> onnx.NodeProto:
    return helper.make_node("Pad", ["x", "pads", "value"], ["y"], "pad", mode=mode)


CLIP = helper.make_node("Clip", ["x", "low", "high"], ["y"], "clip")


def leaky(alpha: float) -> onnx.NodeProto:
    return helper.make_node("LeakyRelu", ["x"], ["y"], "leaky", alpha=alpha)


def test_it_is_said_though_every_value_agrees(tmp_path: Path) -> None:
    reference = saved(tmp_path / "reference.onnx", norm(1e-12))
    result = check(reference, saved(tmp_path / "candidate.onnx", norm(2.5e-43)))
    assert [f.attribute for f in absurd(result)] == ["epsilon"]
    assert len(result.verdict.findings) == 1  # and nothing differs
    assert not result.passed
    (found,) = absurd(result)
    assert str(found).startswith(
        'InstanceNormalization "norm": epsilon 2.49431e-43 is no normal number, and the reference'
    )


@pytest.mark.parametrize(
    ("healthy", "faulty", "attribute"),
    [
        ((norm(1e-5), {}), (norm(0.0), {}), "epsilon"),
        ((norm(1e-5), {}), (norm(-1e-5), {}), "epsilon"),
        ((norm(1e-5), {}), (norm(1.9e24), {}), "epsilon"),
        ((norm(1e-5), {}), (norm(float("nan")), {}), "epsilon"),
        ((leaky(0.3), {}), (leaky(4.7e-43), {}), "alpha"),
        ((leaky(0.3), {}), (leaky(-20198.7), {}), "alpha"),
        ((pad(), {"value": 0.5}), (pad(), {"value": 8e20}), "value"),
        ((pad(), {"value": 0.5}), (pad(), {"value": 1.3e-43}), "value"),
        ((CLIP, {"low": -2, "high": 2}), (CLIP, {"low": -2, "high": 2e31}), "max"),
        ((CLIP, {"low": -2, "high": 2}), (CLIP, {"low": 1e-42, "high": 2}), "min"),
    ],
)
def test_each_kind_is_found(
    tmp_path: Path,
    healthy: tuple[onnx.NodeProto, dict[str, float]],
    faulty: tuple[onnx.NodeProto, dict[str, float]],
    attribute: str,
) -> None:
    reference = saved(tmp_path / "reference.onnx", healthy[0], **healthy[1])
    candidate = saved(tmp_path / "candidate.onnx", faulty[0], **faulty[1])
    assert absurd(check(reference, reference)) == []
    assert [f.attribute for f in absurd(check(reference, candidate))] == [attribute]


@pytest.mark.parametrize(
    ("node", "held"),
    [
        (norm(0.0), {}),  # the reference has it, too
        (norm(1e-12), {}),
        (leaky(2e4), {}),
        (pad(), {"value": -np.inf}),
        (pad(), {"value": float(np.finfo(np.float32).min)}),
        (pad("reflect"), {"value": 8e20}),  # that mode reads none
        (CLIP, {"low": 0.0, "high": float(np.finfo(np.float32).max)}),
    ],
)
def test_what_is_meant_is_no_finding(
    tmp_path: Path, node: onnx.NodeProto, held: dict[str, float]
) -> None:
    same = saved(tmp_path / "same.onnx", node, **held)
    assert absurd(check(same, same)) == []
