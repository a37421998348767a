"""A reference is asked again before a candidate is blamed: plain kernels, rounding, fresh."""

from dataclasses import replace

import numpy as np
import pytest
from onnx import helper, numpy_helper

from parity.compare.findings import ValuesDiffer
from parity.compare.warned import RangesUnknown, ReferenceDisagrees
from parity.verify.doubt.rounding import Noise
from parity.verify.request import Effort, Request
from parity.verify.result import Result
from parity.verify.run import verify
from tests.marks import slowly
from tests.verify.conftest import Bench, tagger


def astray(bench: Bench, by: float, **also: str | int) -> Request:
    """The reference's optimised kernels are off by so much; the candidate is healthy."""
    asked = bench.request(effort=Effort(5, shrink_s=5))
    reference = replace(asked.reference, engine="fake", options={"strays": by, **also})
    return replace(asked, reference=reference)


def warned(result: Result) -> set[type]:
    return {type(warning) for warning in result.warnings}


@pytest.mark.parametrize("by", slowly([1e-4, 0.1, 100.0], "0.1"))
def test_where_the_plain_kernels_agree_there_is_no_finding_and_a_warning(
    bench: Bench, by: float
) -> None:
    """However far off the default kernels are: the candidate is what the plain ones say."""
    result = verify(astray(bench, by))
    assert result.verdict.passed
    assert warned(result) == {ReferenceDisagrees}
    (warning,) = result.warnings
    assert isinstance(warning, ReferenceDisagrees)
    assert warning.default is not None
    assert warning.plain is not None
    assert warning.default - warning.plain == pytest.approx(by, rel=1e-2)
    assert not verify(replace(astray(bench, by), strict=True)).passed


def test_a_reference_that_does_not_stray_is_asked_once(bench: Bench) -> None:
    result = verify(astray(bench, 0.0))
    assert result.verdict.passed
    assert result.second == result.rounding == 0
    assert not result.warnings


@pytest.mark.parametrize("by", [0.0, 1e-4, 0.1])
def test_a_candidate_that_is_off_the_plain_kernels_too_is_found(bench: Bench, by: float) -> None:
    asked = astray(bench, by)
    broken = bench.request(bench.save("broken", tagger(broken_id=37))).candidate
    result = verify(replace(asked, candidate=broken))
    assert {type(f) for f in result.verdict.findings} == {ValuesDiffer}
    assert result.minimal is not None
    assert result.minimal.example.feed["ids"].tolist() == [[37]]
    assert warned(result) == ({ReferenceDisagrees} if by else set())


def test_a_small_fault_of_the_candidate_is_not_excused(bench: Bench) -> None:
    asked = bench.request(effort=Effort(5, shrink_s=5))
    candidate = replace(asked.candidate, engine="fake", options={"strays": 1e-4})
    result = verify(replace(asked, candidate=candidate))
    assert {type(f) for f in result.verdict.findings} == {ValuesDiffer}


@pytest.mark.parametrize("by", [1e-4, 0.1])
def test_who_chose_the_kernels_gets_no_second_opinion(bench: Bench, by: float) -> None:
    asked = astray(bench, by)
    chosen = replace(asked.reference, options={**asked.reference.options, "plain": False})
    assert not verify(replace(asked, reference=chosen)).verdict.passed


@pytest.mark.parametrize("fault", slowly(["raise", "segv", "exit"], "exit"))
@pytest.mark.parametrize("when", slowly(["open", "run"], "open"))
def test_where_the_default_kernels_fail_the_plain_ones_answer(
    bench: Bench, fault: str, when: str
) -> None:
    asked = astray(bench, 0.0, fault=fault, when=when, default=1)
    result = verify(asked)
    assert result.verdict.passed
    assert warned(result) == {ReferenceDisagrees}
    broken = bench.request(bench.save("broken", tagger(broken_id=37))).candidate
    assert not verify(replace(asked, candidate=broken)).verdict.passed


@pytest.mark.slow
def test_a_reference_that_remembers_its_first_feed_is_made_new_for_each(bench: Bench) -> None:
    asked = astray(bench, 0.0, fault="remember")
    asked = replace(asked, max_batch=1, max_length=4, effort=Effort(2, shrink_s=5))
    result = verify(asked)
    assert result.verdict.passed
    (warning,) = result.warnings
    assert "remembers" in str(warning)
    broken = bench.request(bench.save("broken", tagger(broken_id=0))).candidate
    assert not verify(replace(asked, candidate=broken)).verdict.passed


def test_a_stray_of_the_default_kernels_is_told_in_lower_precisions_too(bench: Bench) -> None:
    # The same numbers, in a file that is half precision by a zero.
    model = tagger(output="sums")
    model.graph.output[0].name = "logits"
    model.graph.initializer.append(numpy_helper.from_array(np.zeros(1, np.float16), "half"))
    model.graph.node.append(helper.make_node("Cast", ["half"], ["zero point"], to=1))
    model.graph.node.append(helper.make_node("Add", ["sums", "zero point"], ["logits"]))
    lowered = bench.request(bench.save("half", model)).candidate
    result = verify(replace(astray(bench, 0.1), candidate=lowered, precision="fp16"))
    assert result.verdict.passed
    # Of a file with one constant of half precision no range inside can be told, and it is said.
    assert warned(result) - {RangesUnknown} == {ReferenceDisagrees}


def test_noise_is_what_an_ulp_of_the_weights_does_and_leaves_the_weights_alone(
    bench: Bench,
) -> None:
    asked = bench.request()
    noise = Noise(asked, {"open_timeout_s": 60.0, "run_timeout_s": 60.0})
    feed = {"ids": np.arange(12).reshape(2, 6)}
    try:
        first = noise.of(feed)
        assert first is not None, noise.cause
        once = {name: array.copy() for name, array in first.items()}
        again = noise.of(dict(feed))  # anew: of the same feed it is remembered
        assert again is not None
        for name, array in once.items():
            assert 1e-8 < array.max() < 1e-5
            np.testing.assert_array_equal(array, again[name])
    finally:
        noise.close()


def test_what_cannot_be_moved_says_why(bench: Bench) -> None:
    asked = replace(bench.request(), precision="int8")
    noise = Noise(asked, {"open_timeout_s": 60.0, "run_timeout_s": 60.0})
    assert noise.of({}) is None
    assert "int8" in noise.cause


def test_what_a_candidate_draws_at_random_is_no_rounding(bench: Bench) -> None:
    model = tagger(output="sure")
    model.graph.output[0].name = "logits"
    model.graph.node.append(helper.make_node("RandomUniformLike", ["sure"], ["luck"]))
    model.graph.node.append(helper.make_node("Add", ["sure", "luck"], ["logits"]))
    asked = bench.request(bench.save("random", model))
    noise = Noise(asked, {"open_timeout_s": 60.0, "run_timeout_s": 60.0})
    try:
        assert noise.of({"ids": np.array([[1, 2]])}) is None
        assert "otherwise each time" in noise.cause
    finally:
        noise.close()
