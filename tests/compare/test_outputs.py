"""All outputs of a feed: nothing is squeezed, cut to the shorter or dropped."""

import numpy as np
import pytest

from parity.compare.findings import (
    DtypeDiffers,
    Finding,
    NothingCompared,
    OutputExtra,
    OutputMissing,
    PaddingDiffers,
    ShapeDiffers,
    ValuesDiffer,
)
from parity.compare.outputs import Comparison, compare
from parity.compare.pairing import pair
from parity.compare.tolerance import DEFAULTS
from parity.compare.verdict import Tally, conclude
from parity.model.tensors import Array

FP32 = DEFAULTS["fp32"]
A = np.random.default_rng(0).normal(size=(2, 5, 7)).astype(np.float32)


def one(expected: Array, actual: Array) -> Comparison:
    return compare({"o": expected}, {"o": actual}, names={"o": "o"}, tolerance=FP32)


def kinds(comparison: Comparison) -> list[type[Finding]]:
    return [type(f) for f in comparison.findings]


def test_equal_outputs_pass_and_are_counted() -> None:
    comparison = one(A, A.copy())
    assert comparison.findings == ()
    assert comparison.elements == A.size


def test_an_extra_axis_of_one_is_another_shape() -> None:
    assert kinds(one(A, A[None])) == [ShapeDiffers]


def test_a_shorter_output_is_not_compared_to_its_end() -> None:
    comparison = one(A, A[:1])
    assert kinds(comparison) == [ShapeDiffers]
    assert comparison.elements == 0


def test_a_transposed_output_is_named_as_such() -> None:
    (finding,) = one(A, np.ascontiguousarray(A.transpose(0, 2, 1))).findings
    assert isinstance(finding, ShapeDiffers)
    assert "transposed" in finding.hint


def test_a_square_output_transposed_is_found_by_its_values() -> None:
    square = A[0, :5, :5]
    assert kinds(one(square, np.ascontiguousarray(square.T))) == [ValuesDiffer]


def test_another_dtype_is_found_though_the_values_agree() -> None:
    assert kinds(one(A, A.astype(np.float64))) == [DtypeDiffers]


def test_an_output_that_did_not_come_is_missing() -> None:
    comparison = compare({"a": A, "b": A}, {"a": A}, names={"a": "a", "b": "b"}, tolerance=FP32)
    assert kinds(comparison) == [OutputMissing]


def test_no_pairs_is_a_finding() -> None:
    assert kinds(compare({"a": A}, {"b": A}, names={}, tolerance=FP32)) == [NothingCompared]


def test_a_difference_at_padding_only_is_its_own_kind() -> None:
    valid = np.array([[True] * 5, [True, True, False, False, False]])
    actual = A.copy()
    actual[1, 3, 0] += 1
    comparison = compare(
        {"o": A}, {"o": actual}, names={"o": "o"}, tolerance=FP32, valid={"o": valid}
    )
    assert kinds(comparison) == [PaddingDiffers]
    assert {m.region: m.elements for m in comparison.measured} == {"valid": 49, "padding": 21}


def test_a_difference_at_a_valid_position_is_no_padding() -> None:
    valid = np.array([[True] * 5, [True, True, False, False, False]])
    actual = A.copy()
    actual[1, 1, 0] += 1
    comparison = compare(
        {"o": A}, {"o": actual}, names={"o": "o"}, tolerance=FP32, valid={"o": valid}
    )
    assert kinds(comparison) == [ValuesDiffer]


def test_outputs_pair_by_name_not_by_order() -> None:
    assert pair(["a", "b"], ["b", "a"]).names == {"a": "a", "b": "b"}


def test_a_dropped_output_is_found() -> None:
    pairing = pair(["a", "b"], ["b"])
    assert pairing.findings == (OutputMissing("a", ()),)


def test_an_output_too_many_is_found() -> None:
    assert pair(["a"], ["a", "b"]).findings == (OutputExtra("b"),)


@pytest.mark.parametrize("name", ["logits", "fetch_name_1", "fetch_name_0_renamed"])
def test_a_renamed_output_is_found(name: str) -> None:
    pairing = pair(["fetch_name_0"], [name])
    assert {type(f) for f in pairing.findings} == {OutputMissing, OutputExtra}


def test_a_name_that_the_exporter_made_up_pairs_in_order_and_says_so() -> None:
    pairing = pair(["linear_9.w", "pooled"], ["fetch_name_0", "fetch_name_1"])
    assert pairing.names == {"linear_9.w": "fetch_name_0", "pooled": "fetch_name_1"}
    assert "fetch_name_0 as linear_9.w" in pairing.rule


SCALE, SOFTMAX = "save_infer_model/scale_0.tmp_0", "softmax_0.tmp_0"


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ([SCALE], [SOFTMAX]),
        ([SOFTMAX], [SCALE]),
        ([SCALE], ["fetch_name_0"]),
        (["fetch_name_0"], [SCALE]),
        (["fetch_name_0"], [SOFTMAX]),
        ([SOFTMAX], ["fetch_name_0"]),
        ([SOFTMAX], ["softmax_3.tmp_0"]),
        (["linear_2.tmp_1"], ["softmax_0.tmp_0"]),
        ([SCALE, "save_infer_model/scale_1.tmp_0"], ["linear_1.tmp_1", "softmax_0.tmp_0"]),
        (["linear_1.tmp_1", "softmax_0.tmp_0"], ["linear_8.tmp_1", "softmax_2.tmp_0"]),
    ],
)
def test_names_made_up_on_both_sides_pair_in_order(expected: list[str], actual: list[str]) -> None:
    pairing = pair(expected, actual)
    assert pairing.names == dict(zip(expected, actual, strict=True))
    assert all(f"{a} as {e}" in pairing.rule for e, a in zip(expected, actual, strict=True))


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ([SCALE], ["save_infer_model/scale_1.tmp_0"]),  # another output
        ([SCALE], ["logits"]),  # renamed
        ([SOFTMAX], ["logits"]),
        ([SCALE, "fetch_name_0"], [SOFTMAX, "fetch_name_1"]),  # of two kinds
        (["linear_1.tmp_1", "softmax_0.tmp_0"], ["softmax_2.tmp_0", "linear_8.tmp_1"]),  # turned
        ([SCALE], [SOFTMAX, "linear_0.tmp_1"]),  # of another count
        (["a", "b"], ["b", "c"]),
    ],
)
def test_what_is_more_than_made_up_names_does_not_pair(
    expected: list[str], actual: list[str]
) -> None:
    assert pair(expected, actual).findings


def test_inner_names_of_two_kinds_pair_with_chosen_ones() -> None:
    assert pair(["a", "b"], [SCALE, SOFTMAX]).names == {"a": SCALE, "b": SOFTMAX}
    assert pair(["a", "b"], [SCALE, "fetch_name_0"]).findings


def test_made_up_names_of_another_count_do_not_pair() -> None:
    assert len(pair(["a", "b"], ["fetch_name_0"]).findings) == 3


def test_a_name_that_the_user_gives_wins() -> None:
    assert pair(["a"], ["b"], renamed={"a": "b"}).names == {"a": "b"}


def test_a_given_name_that_is_not_there_pairs_nothing() -> None:
    assert pair(["a"], ["b"], renamed={"a": "c"}).names == {}


def test_a_run_that_compared_nothing_does_not_pass() -> None:
    verdict = conclude(Tally(), [], outputs=[])
    assert not verdict.passed
    assert isinstance(verdict.findings[0], NothingCompared)


def test_a_run_passes_by_what_it_compared() -> None:
    tally = Tally()
    tally.add(one(A, A.copy()))
    verdict = conclude(tally, [], outputs=["o"])
    assert verdict.passed
    assert verdict.elements == A.size


def test_a_run_with_a_finding_does_not_pass() -> None:
    tally = Tally()
    tally.add(one(A, A.copy()))
    assert not conclude(tally, [OutputExtra("b")], outputs=["o"]).passed


def test_an_output_compared_at_padding_only_does_not_pass() -> None:
    tally = Tally()
    nowhere = np.zeros((2, 5), np.bool_)
    tally.add(compare({"o": A}, {"o": A}, names={"o": "o"}, tolerance=FP32, valid={"o": nowhere}))
    verdict = conclude(tally, [], outputs=["o"])
    assert verdict.elements == A.size
    assert not verdict.passed


def test_one_output_of_two_left_out_does_not_pass() -> None:
    tally = Tally()
    tally.add(one(A, A.copy()))
    verdict = conclude(tally, [], outputs=["o", "p"])
    assert verdict.findings == (NothingCompared("p", "at no position that counts in 1 examples"),)


def test_the_imaginary_part_at_padding_is_told_from_that_which_counts() -> None:
    expected = np.array([[1 + 2j, 3 - 1j]], np.complex64)
    actual = expected + np.array([[0, 1j]], np.complex64)
    valid = np.array([[True, False]])
    for mask, kind in ((valid, PaddingDiffers), (~valid, ValuesDiffer)):
        found = compare(
            {"o": expected}, {"o": actual}, names={"o": "o"}, tolerance=FP32, valid={"o": mask}
        )
        assert [type(f) for f in found.findings] == [kind]
        assert found.elements == 4
