"""What no comparison of numbers shows is said, and what is claimed of a precision must be so."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.compare.tolerance import DEFAULTS
from parity.errors import ModelError
from parity.exports.derive import derive
from parity.model.artifact import resolve
from parity.verify.request import Request
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger


def lowered(bench: Bench, precision: str, candidate: Path | None = None) -> Request:
    return replace(bench.request(candidate), precision=precision, tolerance=DEFAULTS[precision])


@pytest.mark.parametrize(
    ("precision", "said"),
    [("int8", r"is no INT8 model: .*\(such as MatMulInteger\)"), ("fp16", "is no FP16 model")],
)
def test_an_fp32_file_is_not_checked_as_another_precision(
    bench: Bench, precision: str, said: str
) -> None:
    """It would pass, at a tolerance made for a rounding that it hasn't got."""
    with pytest.raises(ModelError, match=said):
        verify(lowered(bench, precision))


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        ("int8", "products by integers: 1; of dequantised values: 0; by FP32 weights: 0"),
        ("fp16", "tensors and casts in FP16: 3; products by FP32 weights: 0"),
    ],
)
def test_what_a_file_lowers_is_counted_where_no_export_noted_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, precision: str, said: str
) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(bench.folder / "cache"))
    made = derive(resolve(bench.healthy), opset=13, precision=precision)
    noted = verify(lowered(bench, precision, made.path))
    assert f"{precision}: {said}" in noted.notes
    assert f"{precision}, noted when it was made: {made.coverage}" in noted.notes
    model = onnx.load(made.path)
    del model.metadata_props[:]
    foreign = verify(lowered(bench, precision, bench.save("foreign", model)))
    (line,) = [note for note in foreign.notes if note.startswith(precision)]
    assert line == f"{precision}: {said}"


def with_dropout(*, training: bool) -> onnx.ModelProto:
    model = tagger()
    product = model.graph.node[-1]
    product.output[0] = "kept"
    on = numpy_helper.from_array(np.array(training), "training")
    half = numpy_helper.from_array(np.array(0.5, np.float32), "half")
    model.graph.initializer.extend([on, half])
    model.graph.node.append(helper.make_node("Dropout", ["kept", "half", "training"], ["logits"]))
    return model


def test_dropout_left_in_training_mode_is_said(bench: Bench) -> None:
    said = "the candidate has Dropout in training mode; ONNX Runtime leaves it out, others don't"
    for training in (True, False):
        candidate = bench.save(f"dropout-{training}", with_dropout(training=training))
        assert (said in verify(bench.request(candidate)).notes) is training


def test_random_numbers_that_are_too_small_to_be_found_are_said(bench: Bench) -> None:
    model = tagger()
    model.graph.node[-1].output[0] = "kept"
    model.graph.node.extend(
        [
            helper.make_node("RandomNormalLike", ["kept"], ["noise"], scale=1e-12),
            helper.make_node("Add", ["kept", "noise"], ["logits"]),
        ]
    )
    result = verify(bench.request(bench.save("noisy", model)))
    assert result.verdict.passed
    assert any("draws random numbers (RandomNormalLike)" in note for note in result.notes)
    assert not any("random" in note for note in verify(bench.request()).notes)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (["batch", "sequence", 7], "as [batch, sequence, 7], and answers [1, 1, 3]"),
        (["batch", "sequence"], "as [batch, sequence], and answers [1, 1, 3]"),
    ],
)
def test_an_output_of_another_shape_than_declared_is_said(
    bench: Bench, declared: list[str | int], said: str
) -> None:
    model = tagger()
    del model.graph.output[:]
    info = helper.make_tensor_value_info("logits", TensorProto.FLOAT, declared)
    model.graph.output.append(info)
    notes = verify(bench.request(bench.save("declared", model))).notes
    assert sum(said in note for note in notes) == 1, notes
    assert not any("declares its output" in note for note in verify(bench.request()).notes)
