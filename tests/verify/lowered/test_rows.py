"""Rows alone and in a batch, feeds twice, and parity's own file: each must find, and must not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.compare.findings import CandidateFailed
from parity.compare.lowered import RepeatDiffers, RowDepends, SiblingDiffers
from parity.compare.tolerance import DEFAULTS
from parity.exports.derive import derive
from parity.inputs import Limits, plan
from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger

Change = Callable[[onnx.ModelProto], None]


def mixing(share: float) -> Change:
    """Each row takes a share of the mean over the batch, of its first position."""

    def change(model: onnx.ModelProto) -> None:
        graph = model.graph
        last = graph.node[-1]
        out = last.output[0]
        last.output[0] = "apart"
        graph.initializer.extend(
            [
                numpy_helper.from_array(np.array([0]), "front"),
                numpy_helper.from_array(np.array([1]), "behind"),
                numpy_helper.from_array(np.array(share, np.float32), "share"),
            ]
        )
        graph.node.extend(
            [
                helper.make_node("Slice", ["apart", "front", "behind", "behind"], ["heads"]),
                helper.make_node("ReduceMean", ["heads"], ["mean"], axes=[0], keepdims=1),
                helper.make_node("Mul", ["mean", "share"], ["little"]),
                helper.make_node("Add", ["apart", "little"], [out]),
            ]
        )

    return change


def refusing(first: int) -> Change:
    """A row that begins with this id is refused, alone only."""

    def change(model: onnx.ModelProto) -> None:
        graph = model.graph
        last = graph.node[-1]
        out = last.output[0]
        last.output[0] = "whole"
        for name, value in (("first", first), ("only", [1]), ("top", [0, 0]), ("more", [1, 0, 0])):
            graph.initializer.append(numpy_helper.from_array(np.array(value), name))
        graph.initializer.append(numpy_helper.from_array(np.array([0]), "at"))
        graph.node.extend(
            [
                helper.make_node("GatherND", ["ids", "top"], ["begins"]),
                helper.make_node("Equal", ["begins", "first"], ["so"]),
                helper.make_node("Shape", ["whole"], ["size"]),
                helper.make_node("Gather", ["size", "at"], ["rows"]),
                helper.make_node("Equal", ["rows", "only"], ["alone"]),
                helper.make_node("And", ["so", "alone"], ["refused"]),
                helper.make_node("Cast", ["refused"], ["odd"], to=TensorProto.INT64),
                helper.make_node("Mul", ["odd", "more"], ["too many"]),
                helper.make_node("Add", ["size", "too many"], ["shape back"]),
                helper.make_node("Reshape", ["whole", "shape back"], [out]),
            ]
        )

    return change


def noisy(model: onnx.ModelProto) -> None:
    graph = model.graph
    last = graph.node[-1]
    out = last.output[0]
    last.output[0] = "still"
    graph.node.extend(
        [
            helper.make_node("RandomNormalLike", ["still"], ["noise"], scale=1e-3),
            helper.make_node("Add", ["still", "noise"], [out]),
        ]
    )


def said_again(model: onnx.ModelProto) -> None:
    """The same by other nodes."""
    last = model.graph.node[-1]
    out = last.output[0]
    last.output[0] = "said"
    model.graph.node.append(helper.make_node("Identity", ["said"], [out]))


@pytest.fixture
def cache(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(bench.folder / "cache"))


def run(
    bench: Bench, candidate: Path, precision: str = "fp16", reference: Path | None = None
) -> Result:
    request: Request = bench.request(candidate, effort=Effort(1, shrink_s=1))
    if reference is not None:
        request = replace(request, reference=Side(resolve(reference), "ort"))
    request = replace(
        request, precision=precision, tolerance=DEFAULTS[precision], max_length=16, max_batch=4
    )
    return verify(request)


def lowered(bench: Bench, precision: str, *changes: Change, reference: Path | None = None) -> Path:
    """parity's own file of a precision with changes, outside the cache."""
    made = derive(resolve(reference or bench.healthy), opset=13, precision=precision)
    model = onnx.load(made.path)
    for change in changes:
        change(model)
    return bench.save(f"{precision}-{len(changes)}", model)


def lines(result: Result, begin: str) -> list[str]:
    return [note for note in result.notes if note.startswith(begin)]


def test_a_healthy_row_is_the_same_alone(bench: Bench) -> None:
    result = run(bench, bench.healthy, "fp32")
    assert result.passed
    (line,) = lines(result, "rows")
    assert "batches, moved by 0 at most, the reference's by 0" in line


def test_a_row_that_takes_a_little_of_its_batch_is_found(bench: Bench) -> None:
    """Below FP16's tolerance: 5e-4 of the answer."""
    model = tagger()
    mixing(5e-4)(model)
    result = run(bench, bench.save("mixing", model), "fp32")
    found = [f for f in result.verdict.findings if isinstance(f, RowDepends)]
    assert [f.output for f in found] == ["logits"]
    assert found[0].max_abs > found[0].allowed > 10 * found[0].reference


def test_a_candidate_that_fails_on_a_row_alone_is_found(bench: Bench) -> None:
    inputs = signature(resolve(bench.healthy)).inputs
    bounds = (Limits(4, 16), Limits())
    every = [[e.feed["ids"] for e in plan(inputs, limits=b).boundary()] for b in bounds]
    taken = {int(ids[0, 0]) for feeds in every for ids in feeds if len(ids) == 1}
    batches = [ids for ids in every[0] if len(ids) > 1]
    first = next(int(i) for ids in batches for i in ids[:, 0] if int(i) not in taken)
    model = tagger()
    refusing(first)(model)
    result = run(bench, bench.save("refusing", model), "fp32")
    (finding,) = result.verdict.findings
    assert isinstance(finding, CandidateFailed)
    assert "Reshape" in finding.cause


def test_where_the_reference_mixes_rows_the_candidate_may(bench: Bench) -> None:
    model = tagger()
    mixing(0.5)(model)
    same = bench.save("mixing", model)
    result = run(bench, same, "fp32", reference=same)
    assert result.passed
    (line,) = lines(result, "rows: the reference's own depend on each other")
    assert line.endswith("logits")


@pytest.mark.usefixtures("cache")
def test_an_answer_that_another_time_is_another_is_found(bench: Bench) -> None:
    model = onnx.load(lowered(bench, "fp16"))
    cast = model.graph.node[-1]
    assert cast.op_type == "Cast"
    noisy(model)
    result = run(bench, bench.save("noisy", model))
    (finding,) = [f for f in result.verdict.findings if isinstance(f, RepeatDiffers)]
    assert finding.max_abs > finding.allowed
    assert "the second time" in str(finding)


@pytest.mark.usefixtures("cache")
def test_rows_of_int8_may_move_as_those_of_paritys_own_file_do(bench: Bench) -> None:
    healthy = run(bench, lowered(bench, "int8", said_again), "int8")
    assert healthy.passed, healthy.verdict.findings
    (line,) = lines(healthy, "rows")
    assert "those of parity's own file by" in line
    assert " moved by 0 at most" not in line
    result = run(bench, lowered(bench, "int8", mixing(0.05)), "int8")
    assert {RowDepends, SiblingDiffers} == {type(f) for f in result.verdict.findings}


@pytest.mark.usefixtures("cache")
def test_a_file_of_another_making_is_not_compared_with_paritys_own(bench: Bench) -> None:
    """With other scales it rounds otherwise, and FP32's tolerance would only find that."""
    model = onnx.load(lowered(bench, "int8"))
    (linear,) = [t for t in tagger().graph.initializer if t.name == "linear"]
    real = numpy_helper.to_array(linear)
    scale = np.array(np.abs(real).max() / 63, np.float32)
    seven_bits = {"linear_quantized": np.rint(real / scale).astype(np.int8), "linear_scale": scale}
    for tensor in model.graph.initializer:
        if tensor.name in seven_bits:
            tensor.CopyFrom(numpy_helper.from_array(seven_bits[tensor.name], tensor.name))
    result = run(bench, bench.save("seven", model), "int8")
    (line,) = lines(result, "sibling")
    assert "is made in another way (its weights are of other types, ranges or grains" in line
    assert not any(isinstance(f, SiblingDiffers) for f in result.verdict.findings)


@pytest.mark.usefixtures("cache")
def test_a_bias_beside_the_matrix_differs_from_the_sibling(bench: Bench) -> None:
    def change(model: onnx.ModelProto) -> None:
        last = model.graph.node[-1]
        out = last.output[0]
        last.output[0] = "plain"
        model.graph.initializer.append(
            numpy_helper.from_array(np.array([0, 1e-3, 0], np.float32), "extra")
        )
        model.graph.node.append(helper.make_node("Add", ["plain", "extra"], [out]))

    result = run(bench, lowered(bench, "fp16", change))
    (finding,) = [f for f in result.verdict.findings if isinstance(f, SiblingDiffers)]
    assert finding.output == "logits"
    assert finding.index[-1] == 1
    assert 5e-4 < finding.max_abs < 2e-3


@pytest.mark.usefixtures("cache")
def test_a_sibling_that_cannot_be_made_is_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lowered(bench, "fp16", said_again)
    monkeypatch.setattr("parity.verify.checks.own.derive", refuses)
    result = run(bench, path)
    assert result.passed
    (line,) = lines(result, "sibling")
    assert line == (
        "sibling: parity's own FP16 file can't be made (no), so nothing was compared with it"
    )


def refuses(*_: object, **__: object) -> None:
    from parity.errors import ExportError

    raise ExportError("no")
