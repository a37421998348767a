"""A disagreement on what inputs mean is a plain line; agreement is none."""

from dataclasses import replace
from pathlib import Path

import pytest

from parity.model.agree import agree
from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.spec import (
    AttentionMask,
    Domain,
    Image,
    Lengths,
    PositionIds,
    SegmentIds,
    Signature,
    TensorSpec,
    TokenIds,
    Values,
)

SHAPE = ("batch", "sequence")


def one(domain: Domain, *, name: str = "x", dtype: str = "int64") -> Signature:
    return Signature((TensorSpec(name, dtype, SHAPE, domain),), ())


@pytest.mark.parametrize("net", ["ernie", "ernie_pad1", "bert", "explicit", "pooled", "picture"])
@pytest.mark.parametrize("form", ["pir", "pdmodel"])
def test_a_reference_and_its_exports_agree(nets: Path, net: str, form: str) -> None:
    reference = signature(resolve(nets / form / net / "inference", want="paddle"))
    for opset in (7, 16):
        candidate = signature(resolve(nets / form / net / f"opset{opset}.onnx"))
        assert agree(reference, candidate) == []


def test_the_lengths_that_paddle2onnx_loses_are_a_disagreement(nets: Path) -> None:
    reference = signature(resolve(nets / "pir" / "lac" / "inference.json"))
    candidate = signature(resolve(nets / "pir" / "lac" / "opset16.onnx"))
    assert agree(reference, candidate) == [
        "length: the outputs of the reference depend on it, those of the candidate don't"
    ]


def test_another_model_disagrees(nets: Path) -> None:
    reference = signature(resolve(nets / "pir" / "ernie" / "inference.json"))
    candidate = signature(resolve(nets / "pir" / "ernie_pad1" / "opset16.onnx"))
    assert agree(reference, candidate) == [
        "input_ids: pad id 0 in the reference, 1 in the candidate"
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "line"),
    [
        (TokenIds(9), TokenIds(8), "x: vocabulary 9 in the reference, 8 in the candidate"),
        (
            TokenIds(9, positions=4),
            TokenIds(9, positions=2),
            "x: positions 4 in the reference, 2 in the candidate",
        ),
        (
            TokenIds(9, positions=4),
            TokenIds(9),
            "x: positions 4 in the reference, none in the candidate",
        ),
        (SegmentIds(4), SegmentIds(2), "x: segment kinds 4 in the reference, 2 in the candidate"),
        (PositionIds(4), PositionIds(2), "x: positions 4 in the reference, 2 in the candidate"),
        (Image(3), Image(1), "x: channels 3 in the reference, 1 in the candidate"),
        (Lengths("a"), Lengths("b"), "x: lengths of a in the reference, b in the candidate"),
        (
            AttentionMask("a"),
            AttentionMask("b"),
            "x: mask of a in the reference, b in the candidate",
        ),
        (
            TokenIds(9),
            SegmentIds(9),
            "x: token ids in the reference, segment ids in the candidate",
        ),
    ],
)
def test_each_bound_that_differs_is_named(expected: Domain, actual: Domain, line: str) -> None:
    assert agree(one(expected), one(actual)) == [line]
    assert agree(one(expected), one(expected)) == []


def test_a_lost_attention_mask_is_a_disagreement() -> None:
    lines = agree(one(TokenIds(9, pad=0, masked=True)), one(TokenIds(9)))
    assert lines == [
        "x: pad id 0 in the reference, none in the candidate",
        "x: attention mask from the pad id yes in the reference, no in the candidate",
    ]


def test_a_padding_row_folded_into_the_table_is_none() -> None:
    assert agree(one(TokenIds(9, pad=0)), one(TokenIds(9))) == []


def test_plain_values_say_nothing() -> None:
    assert agree(one(TokenIds(9)), one(Values(0, 1))) == []


def test_missing_and_extra_inputs_are_named() -> None:
    assert agree(one(Values(0, 1), name="a"), one(Values(0, 1), name="b")) == [
        "a: an input of the reference that the candidate lacks",
        "b: an input of the candidate that the reference lacks",
    ]


def test_dtype_and_shape_are_compared() -> None:
    reference = one(Values(0, 1))
    spec = reference.inputs[0]
    other = Signature((replace(spec, dtype="int32", shape=("batch", 8)),), ())
    assert agree(reference, other) == [
        "x: int64 in the reference, int32 in the candidate",
        "x: shape [batch, sequence] in the reference, [batch, 8] in the candidate",
    ]
    wider = Signature((replace(spec, shape=("n", "m")),), ())
    assert agree(reference, wider) == []


def test_what_is_told_of_an_input_is_not_told_again() -> None:
    reference = one(TokenIds(9))
    spec = reference.inputs[0]
    other = Signature(
        (replace(spec, dtype="int32", domain=TokenIds(8)), replace(spec, name="more")),
        (),
        unread=("x",),
    )
    lines = agree(reference, other)
    assert len(lines) == 3
    assert agree(reference, other, told={"x"}) == lines[2:]
    assert agree(reference, other, told={"more"}) == lines[:2]
    # Another disagreement of the same input is.
    dtype = Signature((replace(spec, dtype="int32", domain=TokenIds(8)),), ())
    assert agree(reference, dtype, told={"x"}) == [
        "x: vocabulary 9 in the reference, 8 in the candidate"
    ]
    assert agree(reference, Signature((), ()), told={"x"}) == []
