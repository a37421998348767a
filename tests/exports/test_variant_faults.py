"""What goes wrong in FP16 and INT8 exports breaks a verification at the default tolerances."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from parity.compare.tolerance import DEFAULTS
from parity.exports.derive import derive
from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.exports import encoders


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return encoders.save(encoders.encoder(constant_nodes=True), tmp_path / "model.onnx")


def judged(reference: Path, candidate: Path, precision: str) -> Result:
    return verify(
        Request(
            reference=Side(resolve(reference), "ort"),
            candidate=Side(resolve(candidate), "ort"),
            precision=precision,
            tolerance=DEFAULTS[precision],
            effort=Effort(30, shrink_s=10),
        )
    )


def tensor(model: onnx.ModelProto, name: str) -> Any:
    return next(t for t in model.graph.initializer if t.name == name)


def put(model: onnx.ModelProto, name: str, array: Any) -> None:
    held = tensor(model, name)
    dtype = numpy_helper.to_array(held).dtype
    held.CopyFrom(numpy_helper.from_array(np.asarray(array, dtype), name))


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("precision", ["fp16", "int8"])
def test_a_healthy_variant_passes_and_says_what_was_not_tested(
    reference: Path, precision: str
) -> None:
    made = derive(resolve(reference), opset=13, precision=precision)
    result = judged(reference, made.path, precision)
    assert result.verdict.passed, result.verdict.findings
    assert result.verdict.elements > 1000
    assert f"{precision}, noted when it was made: {made.coverage}" in result.notes
    said = "only the rounding" if precision == "fp16" else "rows of a batch depend on each other"
    assert any(said in note for note in result.notes)


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("matrix", encoders.MATRICES)
def test_a_wrong_int8_scale_differs(reference: Path, tmp_path: Path, matrix: str) -> None:
    made = derive(resolve(reference), opset=13, precision="int8")
    model = onnx.load(made.path)
    name = f"{matrix}_scale"
    put(model, name, numpy_helper.to_array(tensor(model, name)) * 2)
    assert not judged(
        reference, encoders.save(model, tmp_path / "wrong.onnx"), "int8"
    ).verdict.passed


@pytest.mark.usefixtures("cache")
def test_a_matrix_with_its_neighbours_scale_differs(reference: Path, tmp_path: Path) -> None:
    made = derive(resolve(reference), opset=13, precision="int8")
    model = onnx.load(made.path)
    put(model, "key_scale", numpy_helper.to_array(tensor(model, "query_scale")))
    assert not judged(
        reference, encoders.save(model, tmp_path / "wrong.onnx"), "int8"
    ).verdict.passed


@pytest.mark.usefixtures("cache")
def test_a_mask_flushed_to_zero_in_fp16_differs(reference: Path, tmp_path: Path) -> None:
    made = derive(resolve(reference), opset=13, precision="fp16")
    model = onnx.load(made.path)
    assert numpy_helper.to_array(tensor(model, "masked")) == np.float16(-1e4)
    put(model, "masked", 0.0)
    result = judged(reference, encoders.save(model, tmp_path / "wrong.onnx"), "fp16")
    assert not result.verdict.passed
    assert result.minimal is not None
    assert (result.minimal.example.feed["ids"] == 0).any()  # it takes padding to see it
