"""What passes and shows nothing is said: NaN on both sides and a model against itself."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from parity.compare.warned import ReferenceNonFinite, SelfComparison
from parity.model.artifact import resolve
from parity.verify.run import verify
from tests.verify.conftest import Bench, tagger, with_row


def exported(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network in a file of other bytes."""
    model.producer_name = "an exporter"
    return model


@pytest.mark.parametrize("value", [np.nan, pytest.param(np.inf, marks=pytest.mark.slow)])
def test_what_the_reference_has_of_nan_is_said_though_both_have_it(
    tmp_path: Path, value: float
) -> None:
    bench = Bench(tmp_path)
    bench.healthy = bench.save("healthy", with_row(tagger(), 7, value))
    request = bench.request(bench.save("same", exported(with_row(tagger(), 7, value))))
    result = verify(request)
    assert result.verdict.passed
    (warning,) = result.warnings
    assert isinstance(warning, ReferenceNonFinite)
    assert (warning.output, warning.of) == ("logits", result.verdict.examples)
    assert 0 < warning.feeds < warning.of
    assert warning.nan + warning.infinite == result.verdict.matched > 0
    assert len(warning.index) == 3
    assert f"on {warning.feeds} of {warning.of} feeds, first at logits[" in str(warning)
    assert not verify(replace(request, strict=True)).passed


def test_a_model_of_finite_answers_has_no_warning(bench: Bench) -> None:
    result = verify(bench.request(bench.save("same", exported(tagger()))))
    assert (result.passed, result.warnings) == (True, ())


@pytest.mark.parametrize("how", ["the same path", "a link", "a hard link", "a copy"])
def test_a_model_against_itself_is_said(bench: Bench, how: str) -> None:
    other = bench.folder / "other.onnx"
    match how:
        case "the same path":
            other = bench.healthy
        case "a link":
            other.symlink_to(bench.healthy)
        case "a hard link":
            other.hardlink_to(bench.healthy)
        case "a copy":
            shutil.copyfile(bench.healthy, other)
    result = verify(bench.request(other))
    (warning,) = result.warnings
    assert isinstance(warning, SelfComparison)
    assert "it can't but agree" in str(warning)
    assert result.verdict.passed


def test_other_options_are_named_where_only_they_differ(bench: Bench) -> None:
    request = bench.request(bench.healthy)
    plain = replace(request.candidate, options={"optimization": "disable"})
    (warning,) = verify(replace(request, candidate=plain)).warnings
    assert "only their options differ" in str(warning)


def test_other_external_weights_are_another_model(bench: Bench) -> None:
    """The same program file beside other weights."""
    paths = []
    for name, broken in (("one", None), ("two", 37)):
        folder = bench.folder / name
        folder.mkdir()
        onnx.save(
            tagger(broken_id=broken), folder / "model.onnx", save_as_external_data=True,
            location="weights", size_threshold=0,
        )  # fmt: skip
        paths.append(folder / "model.onnx")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    one, two = map(resolve, paths)
    assert not one.same_bytes(two)
    shutil.copyfile(paths[0].parent / "weights", paths[1].parent / "weights")
    assert one.same_bytes(two)
