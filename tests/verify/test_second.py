"""A reference that strays from its own plain kernels is asked again; the tolerance stays."""

from dataclasses import replace

import numpy as np
from onnx import helper, numpy_helper

from parity.compare.findings import ValuesDiffer
from parity.model.artifact import resolve
from parity.verify.request import Effort, Request
from parity.verify.run import verify
from parity.verify.second import SecondOpinion
from parity.workers.worker import Worker
from tests.verify.conftest import Bench, tagger


def astray(bench: Bench, by: float, **also: str | int) -> Request:
    """The reference's optimised kernels are off by so much; the candidate is healthy."""
    asked = bench.request(bench.healthy, effort=Effort(5, shrink_s=5))
    reference = replace(asked.reference, engine="fake", options={"strays": by, **also})
    return replace(asked, reference=reference)


def test_where_the_plain_kernels_agree_there_is_no_finding_and_the_report_says_so(
    bench: Bench,
) -> None:
    result = verify(astray(bench, 1e-4))
    assert result.verdict.passed
    assert result.second > 0
    assert any("within the same tolerance of its plain ones" in note for note in result.notes)


def test_a_reference_that_does_not_stray_is_asked_once(bench: Bench) -> None:
    result = verify(astray(bench, 0.0))
    assert result.verdict.passed
    assert result.second == 0


def test_a_candidate_that_is_off_the_plain_kernels_too_is_found(bench: Bench) -> None:
    asked = astray(bench, 1e-4)
    broken = bench.request(bench.save("broken", tagger(broken_id=37))).candidate
    result = verify(replace(asked, candidate=broken))
    assert {type(f) for f in result.verdict.findings} == {ValuesDiffer}
    assert result.minimal is not None
    assert result.minimal.example.feed["ids"].tolist() == [[37]]


def test_a_small_fault_of_the_candidate_is_not_excused(bench: Bench) -> None:
    asked = bench.request(bench.healthy, effort=Effort(5, shrink_s=5))
    candidate = replace(asked.candidate, engine="fake", options={"strays": 1e-4})
    result = verify(replace(asked, candidate=candidate))
    assert {type(f) for f in result.verdict.findings} == {ValuesDiffer}


def test_far_off_is_no_rounding(bench: Bench) -> None:
    assert not verify(astray(bench, 0.1)).verdict.passed


def test_who_chose_the_kernels_gets_no_second_opinion(bench: Bench) -> None:
    asked = astray(bench, 1e-4)
    chosen = replace(asked.reference, options={**asked.reference.options, "plain": False})
    assert not verify(replace(asked, reference=chosen)).verdict.passed


def test_lower_precisions_get_none(bench: Bench) -> None:
    # The same numbers, in a file that is half precision by a zero.
    model = tagger(output="sums")
    model.graph.output[0].name = "logits"
    model.graph.initializer.append(numpy_helper.from_array(np.zeros(1, np.float16), "half"))
    model.graph.node.append(helper.make_node("Cast", ["half"], ["zero point"], to=1))
    model.graph.node.append(helper.make_node("Add", ["sums", "zero point"], ["logits"]))
    lowered = bench.request(bench.save("half", model)).candidate
    asked = replace(astray(bench, 1e-4), candidate=lowered)
    assert verify(asked).verdict.passed
    assert not verify(replace(asked, precision="fp16")).verdict.passed


def test_a_second_opinion_that_crashes_excuses_nothing(bench: Bench) -> None:
    worker = Worker("fake", resolve(bench.healthy), {"fault": "segv", "plain": True})
    second = SecondOpinion(worker)
    try:
        assert second.outputs({"ids": np.array([[1]])}) is None
    finally:
        second.close()
