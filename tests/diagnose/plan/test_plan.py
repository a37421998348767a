"""A plan keeps what must be kept, and its model's check holds; what can't be mended is said."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.compare.overflow import Fp16Overflows
from parity.compare.tolerance import Tolerance
from parity.diagnose.plan.plan import plan
from parity.errors import ModelError, UsageError
from parity.model.artifact import Artifact, resolve
from parity.verify.request import Effort, Request, Side

node = helper.make_node

Save = Callable[..., Artifact]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """An ONNX file of nodes from x (n, 8) to y (n, 8)."""

    def write(name: str, nodes: Sequence[onnx.NodeProto], stored: Mapping[str, object]) -> Artifact:
        held = [numpy_helper.from_array(np.asarray(v, np.float32), n) for n, v in stored.items()]
        ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n", 8]) for n in "xy"]
        graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], held)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        onnx.save(made, tmp_path / f"{name}.onnx")
        return resolve(tmp_path / f"{name}.onnx")

    return write


def request(reference: Artifact, precision: str, tolerance: float = 1e-2) -> Request:
    return Request(
        Side(reference, "ort"), Side(reference, "ort"), precision=precision,
        tolerance=Tolerance(tolerance, tolerance), effort=Effort(max_examples=3),
    )  # fmt: skip


CHAIN = [
    node("Mul", ["x", "one"], ["a"], "before"),
    node("Mul", ["a", "k"], ["large"], "grow"),
    node("Mul", ["large", "large"], ["square"], "square"),
    node("Mul", ["square", "back"], ["middle"], "shrink"),
    node("Mul", ["middle", "back"], ["small"], "shrink more"),
    node("Mul", ["small", "one"], ["y"], "after"),
]
STORED = {"one": 1.0, "k": 1000.0, "back": 1e-3}


@pytest.mark.slow
def test_what_overflows_is_kept_with_what_reads_it_and_nothing_else(save: Save) -> None:
    made = save("chain", CHAIN, STORED)
    found = plan(request(made, "fp16"), made)
    assert found.keep == ("square", "shrink")
    assert (found.minimal, found.of) == (True, 6)
    assert found.result.passed
    assert "2 nodes kept in FP32" in found.made.coverage
    assert found.result.request.candidate.model.program == found.made.path
    assert {n.name: n for n in onnx.load(found.made.path).graph.node}.keys() >= set(found.keep)


def test_what_holds_as_it_is_needs_no_plan(save: Save) -> None:
    made = save("chain", CHAIN, STORED | {"k": 2.0, "back": 0.5})
    found = plan(request(made, "fp16"), made)
    assert (found.keep, found.trials, found.result.passed) == ((), 0, True)


def layers() -> tuple[list[onnx.NodeProto], dict[str, object]]:
    """Four products, each squashed; the weights of the third have one that dwarfs all others."""
    rng = np.random.default_rng(4)
    nodes, stored, last = [], dict[str, object](), "x"
    for at in range(4):
        weights = rng.normal(size=(8, 8)) * 0.3
        if at == 2:
            weights[3, 3] = 200.0
        stored[f"w{at}"] = weights
        nodes.append(node("MatMul", [last, f"w{at}"], [f"p{at}"], f"product {at}"))
        last = "y" if at == 3 else f"t{at}"
        nodes.append(node("Tanh", [f"p{at}"], [last], f"tanh {at}"))
    return nodes, stored


@pytest.mark.slow
def test_the_layer_that_int8_ruins_is_kept(save: Save) -> None:
    nodes, stored = layers()
    made = save("layers", nodes, stored)
    found = plan(request(made, "int8", 0.1), made)
    assert found.keep == ("product 2",)
    assert found.result.passed
    assert found.of == 4  # what no quantiser touches isn't asked


def test_an_fp32_file_that_differs_itself_is_no_matter_of_precision(save: Save) -> None:
    made = save("chain", CHAIN, STORED | {"k": 2.0, "back": 0.5})
    other = save("other", CHAIN, STORED | {"k": 2.5, "back": 0.5})
    with pytest.raises(ModelError, match="differs from its reference in FP32 already"):
        plan(request(made, "fp16"), other)


@pytest.mark.slow
def test_a_tolerance_that_nothing_lowered_holds_is_said(save: Save) -> None:
    nodes, stored = layers()
    made = save("layers", nodes, stored)
    with pytest.raises(
        ModelError, match="no INT8 of it was found to hold, whichever of its 4 nodes"
    ):
        plan(request(made, "int8", 1e-9), made)


def test_fp32_has_no_plan(save: Save) -> None:
    made = save("chain", CHAIN, STORED)
    with pytest.raises(UsageError, match="for FP16 or INT8"):
        plan(request(made, "fp32"), made)


def test_without_the_plan_the_same_check_fails(save: Save) -> None:
    from parity.exports.derive import derive
    from parity.verify.run import verify

    made = save("chain", CHAIN, STORED)
    lowered = resolve(derive(made, opset=13, precision="fp16").path)
    asked = request(made, "fp16")
    result = verify(Request(asked.reference, Side(lowered, "ort"), precision="fp16"))
    assert Fp16Overflows in {type(f) for f in result.verdict.findings}
