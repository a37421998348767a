"""Static INT8 and ONNX Runtime's optimised file: made, refused, and what is planted is found."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from parity.compare.findings import Finding
from parity.compare.lowered import SiblingDiffers, WeightDiffers
from parity.compare.tolerance import DEFAULTS
from parity.errors import ExportError, UsageError
from parity.exports.calibration import Calibration
from parity.exports.derive import Derived, derive
from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.exports import encoders

pytestmark = pytest.mark.usefixtures("cache")


def feeds() -> Calibration:
    rng = np.random.default_rng(0)
    sizes = [(1, n) for n in (1, 2, 5, 9, 17, 40)]
    made = [{"ids": rng.integers(0, encoders.VOCABULARY, size)} for size in sizes]
    # Each word by itself, too: what calibration doesn't see is cut off.
    made += [{"ids": np.array([[n]])} for n in range(encoders.VOCABULARY)]
    return Calibration(tuple(made), "drawn")


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return encoders.save(encoders.encoder(constant_nodes=True), tmp_path / "model.onnx")


def static(reference: Path, **options: Any) -> Derived:
    return derive(
        resolve(reference), opset=13, precision="int8-static", calibration=feeds(), **options
    )


def judged(reference: Path, candidate: Path, precision: str = "int8-static") -> Result:
    return verify(
        Request(
            reference=Side(resolve(reference), "ort"),
            candidate=Side(resolve(candidate), "ort"),
            precision=precision,
            tolerance=DEFAULTS[precision],
            effort=Effort(20, shrink_s=10),
            calibration=feeds() if precision == "int8-static" else None,
        )
    )


def test_a_healthy_file_passes_and_says_how_much_is_lowered(reference: Path) -> None:
    made = static(reference)
    assert made.coverage == (
        "5 of 7 products quantised, a scale for each column; 2 multiply activations, in FP32"
    )
    result = judged(reference, made.path)
    assert result.verdict.passed, result.verdict.findings
    assert result.verdict.elements > 1000
    assert any("products by integers: 0; of dequantised values: 5" in n for n in result.notes)


def test_nodes_that_are_excluded_stay(reference: Path) -> None:
    made = static(reference, keep=("tags",))
    assert made.coverage.startswith("4 of 7 products quantised")
    assert "1 nodes kept in FP32" in made.coverage


def test_other_feeds_make_another_file(reference: Path) -> None:
    few = Calibration(feeds().feeds[:2], "drawn")
    other = derive(resolve(reference), opset=13, precision="int8-static", calibration=few)
    assert other.content != static(reference).content
    assert static(reference).path == static(reference).path


def test_what_can_not_be_made_is_one_line(reference: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs texts or feeds"):
        derive(resolve(reference), opset=13, precision="int8-static")
    with pytest.raises(ExportError, match="no text or feed"):
        Calibration((), "nothing")
    with pytest.raises(ExportError, match='can\'t keep "tag" in FP32'):
        static(reference, keep=("tag",))
    with pytest.raises(ExportError, match="has no product in INT8"):
        static(reference, keep=encoders.MATRICES)
    wrong = Calibration(({"ides": np.array([[1]])},), "misspelt")
    with pytest.raises(ExportError, match="int8_static variant"):
        derive(resolve(reference), opset=13, precision="int8-static", calibration=wrong)


def _scale(model: onnx.ModelProto, weight: str) -> onnx.TensorProto:
    """The scale that a weight is dequantised with."""
    (node,) = (n for n in model.graph.node if n.op_type == "DequantizeLinear"
               and n.input[0].startswith(weight))  # fmt: skip
    return next(t for t in model.graph.initializer if t.name == node.input[1])


def _put(tensor: onnx.TensorProto, array: Any) -> None:
    tensor.CopyFrom(numpy_helper.from_array(np.asarray(array, np.float32), tensor.name))


def one_column(model: onnx.ModelProto) -> None:
    """One column of one matrix has a scale half again as large."""
    scale = _scale(model, "value")
    array = numpy_helper.to_array(scale).copy()
    array[3] *= 1.5
    _put(scale, array)


def neighbours(model: onnx.ModelProto) -> None:
    """One matrix has its neighbour's scales."""
    _put(_scale(model, "query"), numpy_helper.to_array(_scale(model, "key")))


def activation(model: onnx.ModelProto) -> None:
    """The scale of one activation is a little too small, within the tolerance of INT8."""
    node = next(n for n in model.graph.node if n.op_type == "QuantizeLinear")
    scale = next(t for t in model.graph.initializer if t.name == node.input[1])
    _put(scale, numpy_helper.to_array(scale) * 0.95)


@pytest.mark.parametrize(
    ("plant", "kinds"),
    [
        (one_column, (WeightDiffers,)),
        (neighbours, (WeightDiffers,)),
        (activation, (SiblingDiffers,)),
    ],
)
def test_a_wrong_scale_is_found(
    reference: Path, tmp_path: Path, plant: Callable[[onnx.ModelProto], None],
    kinds: tuple[type[Finding], ...],
) -> None:  # fmt: skip
    model = onnx.load(static(reference).path)
    plant(model)
    path = tmp_path / "planted.onnx"
    onnx.save(model, path)
    found = judged(reference, path).verdict.findings
    assert {type(f) for f in found} & set(kinds), found


def test_the_optimised_file_is_fp32_and_passes(reference: Path) -> None:
    made = derive(resolve(reference), opset=13, precision="optimized")
    assert "nodes before" in made.coverage
    result = judged(reference, made.path, "optimized")
    assert result.verdict.passed, result.verdict.findings
    with pytest.raises(ExportError, match="no node to keep"):
        derive(resolve(reference), opset=13, precision="optimized", keep=("tags",))


def gelu(path: Path, *, real: bool = True) -> Path:
    """A product and a Gelu, as exporters write it, or a mere Tanh."""
    held = {"w": np.random.default_rng(3).normal(size=(8, 8)), "root": np.sqrt(2), "one": 1.0,
            "half": 0.5}  # fmt: skip
    written = [("Div", "p", "root", "d"), ("Erf", "d", "e"), ("Add", "e", "one", "a"),
               ("Mul", "p", "a", "m"), ("Mul", "m", "half", "y")]  # fmt: skip
    after = written if real else [("Tanh", "p", "y")]
    nodes = [onnx.helper.make_node("MatMul", ["x", "w"], ["p"])]
    nodes += [onnx.helper.make_node(op, [*given], [made]) for op, *given, made in after]
    graph = onnx.helper.make_graph(
        nodes, "g",
        *([onnx.helper.make_tensor_value_info(n, 1, ["N", 8])] for n in "xy"),
        [numpy_helper.from_array(np.asarray(v, np.float32), n) for n, v in held.items()],
    )  # fmt: skip
    opset = onnx.helper.make_opsetid("", 13)
    onnx.save(onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


def test_what_is_fused_passes_and_a_fault_in_it_is_found(tmp_path: Path) -> None:
    source = gelu(tmp_path / "gelu.onnx")
    made = derive(resolve(source), opset=13, precision="fused")
    assert "1 Gelu" in made.coverage
    assert judged(source, made.path, "fused").verdict.passed
    model = onnx.load(made.path)
    held = next(t for t in model.graph.initializer if len(t.dims) == 2)
    held.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(held)[::-1].copy(), held.name))
    onnx.save(model, tmp_path / "planted.onnx")
    assert not judged(source, tmp_path / "planted.onnx", "fused").verdict.passed


def test_where_nothing_is_fused_it_is_an_error(tmp_path: Path) -> None:
    source = gelu(tmp_path / "tanh.onnx", real=False)
    with pytest.raises(ExportError, match="nothing was fused"):
        derive(resolve(source), opset=13, precision="fused")


def test_the_command_calibrates_with_feeds(reference: Path, tmp_path: Path) -> None:
    from parity.api.exporting import export
    from parity.errors import ParityError
    from parity.model.formats import npz

    npz.save(tmp_path / "all.npz", {"ids": np.arange(encoders.VOCABULARY)[None]})
    made = export(reference, precision="int8-static", feeds=(tmp_path / "all.npz",))
    assert made.derived.coverage.startswith("5 of 7 products quantised")
    with pytest.raises(UsageError, match="with --texts or --feeds"):
        export(reference, precision="int8-static")
    (tmp_path / "texts.txt").write_text("a b\n")
    with pytest.raises(ParityError, match="needs a tokenizer"):
        export(reference, precision="int8-static", texts=tmp_path / "texts.txt")
