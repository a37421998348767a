"""Ways in which other tools pass what is broken, each with a model that slips through.

A row holds two models that truly differ, the trap (how a tool compares them and
is content, cut down to its core) and what parity must find instead. Left for
later, with the features that they belong to: a quantiser that quantised nothing,
a recorded golden that is missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from parity.compare.findings import (
    CandidateFailed,
    DtypeDiffers,
    Finding,
    NonFiniteDiffers,
    NothingCompared,
    OutputExtra,
    OutputMissing,
    ShapeDiffers,
    ValuesDiffer,
)
from tests.blind_spots.nets import DOUBLE, FLOAT, INT64, net, tagger

Outputs = Mapping[str, NDArray[np.float64]]
"""What one side answers to one feed; a value may be None."""

Trap = Callable[[Outputs, Outputs], bool]
Feeds = Sequence[Mapping[str, NDArray[np.generic]]]

RTOL = ATOL = 1e-5


@dataclass(frozen=True)
class Spot:
    """trap: says whether a tool would pass the answers to ``feeds``, of which it has no others.

    sound: whether the reference is a model that has parity with itself. varies: whether what is
    fed changes anything, without which nothing could be noticed.
    """

    name: str
    reference: onnx.ModelProto
    candidate: onnx.ModelProto
    trap: Trap
    kind: type[Finding]
    feeds: Feeds = ({"x": np.linspace(-2, 3, 12, dtype=np.float32).reshape(3, 4)},)
    sound: bool = True
    varies: bool = True


def close(expected: NDArray[np.float64], actual: NDArray[np.float64]) -> bool:
    """numpy's allclose, which most tools come down to."""
    return bool(np.allclose(actual, expected, rtol=RTOL, atol=ATOL))


# Traps


def only_common_names(expected: Outputs, actual: Outputs) -> bool:
    """Polygraphy: outputs that don't pair are dropped."""
    common = [name for name in expected if name in actual]
    return all(close(expected[name], actual[name]) for name in common)


def in_order_to_the_shorter(expected: Outputs, actual: Outputs) -> bool:
    return all(close(a, b) for a, b in zip(expected.values(), actual.values(), strict=False))


def to_the_shorter_array(expected: Outputs, actual: Outputs) -> bool:
    return all(
        close(a[: len(b)], b[: len(a)])
        for a, b in zip(expected.values(), actual.values(), strict=True)
    )


def as_they_are(expected: Outputs, actual: Outputs) -> bool:
    return all(close(a, actual[name]) for name, a in expected.items())


def squeezed(expected: Outputs, actual: Outputs) -> bool:
    return all(close(np.squeeze(a), np.squeeze(actual[name])) for name, a in expected.items())


def flattened(expected: Outputs, actual: Outputs) -> bool:
    return all(close(a.ravel(), actual[name].ravel()) for name, a in expected.items())


def equal_nan(expected: Outputs, actual: Outputs) -> bool:
    return all(np.allclose(actual[n], a, RTOL, ATOL, equal_nan=True) for n, a in expected.items())


def worst_not_above(expected: Outputs, actual: Outputs) -> bool:
    """``if max > tolerance: fail``; no comparison with NaN is true."""
    return not any(np.abs(actual[n] - a).max() > ATOL for n, a in expected.items())


def worst_of_numbers(expected: Outputs, actual: Outputs) -> bool:
    return all(np.nanmax(np.abs(actual[n] - a)) < ATOL for n, a in expected.items())


def type_of_itself(expected: Outputs, actual: Outputs) -> bool:
    return all(
        a.dtype == expected[name].dtype and close(a, actual[name].astype(a.dtype))
        for name, a in expected.items()
    )


def without_none(expected: Outputs, actual: Outputs) -> bool:
    return all(actual[n] is None or close(a, actual[n]) for n, a in expected.items())


def worst_of_nothing(expected: Outputs, actual: Outputs) -> bool:
    """An empty array has no maximum, so somebody wrote ``initial=0``."""
    return all(np.abs(actual[n] - a).max(initial=0) < ATOL for n, a in expected.items())


def relative_where_not_zero(expected: Outputs, actual: Outputs) -> bool:
    """The relative difference explodes at zero, so zeros are left out."""
    for name, a in expected.items():
        counts = a != 0
        if (np.abs(actual[name] - a)[counts] / np.abs(a)[counts]).max(initial=0) > RTOL:
            return False
    return True


def relative_to_the_candidate(expected: Outputs, actual: Outputs) -> bool:
    """Relative to the larger of both, plus 1 so as not to divide by zero."""
    return all((np.abs(actual[n] - a) / (np.abs(a) + 1)).max() < 1e-2 for n, a in expected.items())


def means(expected: Outputs, actual: Outputs) -> bool:
    return all(abs(float(actual[n].mean() - a.mean())) < ATOL for n, a in expected.items())


LINEAR = "y = MatMul (x, w)"
TWO = "y = MatMul (x, w) z = MatMul (x, v)"
ONE_TOKEN: Feeds = tuple({"ids": np.array([[i]])} for i in (0, 1))
SHORT: Feeds = tuple({"ids": np.array([np.arange(n)])} for n in (2, 8, 20))
LINEAR_NAN = "y0 = MatMul (x, w) nan = Div (o, o) y = Add (y0, nan)"
ZERO = {"o": np.float32(0)}
FIRST_NAN = {"first": np.array([0, 0, np.nan], np.float32)}
ABSENT = helper.make_optional_type_proto(helper.make_tensor_type_proto(FLOAT, ["N", 2]))
EMPTY = {"from": np.array([0]), "to": np.array([0])}


SPOTS: tuple[Spot, ...] = (
    Spot("an output without a partner is dropped", net(TWO, ["y", "z"]),
         net("y = MatMul (x, w) pooled = Relu (y)", ["y", "pooled"]),
         only_common_names, OutputMissing),
    Spot("no output has a partner", net(LINEAR), net("logits = Relu (x)", ["logits"]),
         only_common_names, OutputMissing),
    Spot("outputs in order, to the shorter", net(TWO, ["y", "z"]), net(LINEAR),
         in_order_to_the_shorter, OutputMissing),
    Spot("outputs in order, one too many", net(LINEAR), net(TWO, ["y", "z"]),
         in_order_to_the_shorter, OutputExtra),
    Spot("rows to the shorter", net(LINEAR),
         net("y0 = MatMul (x, w) y = Slice (y0, from, to)",
             constants={"from": np.array([0]), "to": np.array([1])}),
         to_the_shorter_array, ShapeDiffers),
    Spot("a softmax over the wrong axis, at length 1", tagger(), tagger(axis=1),
         as_they_are, ValuesDiffer, ONE_TOKEN),
    Spot("a clamped position table, at length 1", tagger(), tagger(clamped=1),
         as_they_are, ValuesDiffer, ONE_TOKEN),
    Spot("a clamped position table, on short sentences", tagger(), tagger(clamped=21),
         as_they_are, ValuesDiffer, SHORT),
    Spot("a position table cut off, on short sentences", tagger(), tagger(cut=20),
         as_they_are, CandidateFailed, SHORT),
    Spot("a squeeze hides a rank", net(LINEAR),
         net("y0 = MatMul (x, w) y = Unsqueeze (y0, axes)", constants={"axes": np.array([0])}),
         squeezed, ShapeDiffers),
    Spot("flattening hides a shape", net(LINEAR),
         net("y0 = MatMul (x, w) y = Reshape (y0, shape)", constants={"shape": np.array([3, -1])}),
         flattened, ShapeDiffers),
    Spot("broadcasting hides a batch", net("y = Mul (w, o)", constants={"o": np.float32(1)}),
         net("y0 = Mul (w, o) y = Unsqueeze (y0, axes)",
             constants={"o": np.float32(1), "axes": np.array([0])}),
         as_they_are, ShapeDiffers),
    Spot("broadcasting against nothing", net("y = ReduceSum <keepdims: int = 1> (x, axes)",
                                              constants={"axes": np.array([0])}),
         net("y = Slice (x, from, to)", constants=EMPTY),
         as_they_are, ShapeDiffers),
    Spot("NaN equals NaN", net(LINEAR_NAN, constants=ZERO),
         net("y0 = Relu (x) y1 = MatMul (y0, w) nan = Div (o, o) y = Add (y1, nan)",
             constants=ZERO),
         equal_nan, NothingCompared, sound=False),
    Spot("NaN is not above the tolerance", net(LINEAR),
         net("y0 = MatMul (x, w) y = Add (y0, first)", constants=FIRST_NAN),
         worst_not_above, NonFiniteDiffers),
    Spot("the maximum leaves NaN out", net(LINEAR),
         net("y0 = MatMul (x, w) y = Add (y0, first)", constants=FIRST_NAN),
         worst_of_numbers, NonFiniteDiffers),
    Spot("a type compared with itself", net(LINEAR),
         net("y0 = MatMul (x, w) y = Cast <to: int = 11> (y0)", [("y", DOUBLE, None)]),
         type_of_itself, DtypeDiffers),
    Spot("integers for floats", net("y0 = MatMul (x, w) y = Round (y0)"),
         net("y0 = MatMul (x, w) y1 = Round (y0) y = Cast <to: int = 7> (y1)",
             [("y", INT64, None)]),
         type_of_itself, DtypeDiffers),
    Spot("None counts as equal", net(TWO, ["y", "z"]),
         net("y = MatMul (x, w) z = Optional <type: type_proto = float[N, 2]> ()",
             ["y", helper.make_value_info("z", ABSENT)]),
         without_none, CandidateFailed),
    Spot("both sides empty", net("y0 = MatMul (x, w) y = Slice (y0, from, to)", constants=EMPTY),
         net("y0 = Relu (x) y1 = MatMul (y0, w) y = Slice (y1, from, to)", constants=EMPTY),
         worst_of_nothing, NothingCompared, sound=False),
    Spot("no relative difference at zero", net("y = Relu (x)"), net("y = Identity (x)"),
         relative_where_not_zero, ValuesDiffer),
    Spot("a reference of zeros", net("y = Mul (x, o)", constants=ZERO),
         net("y = Sigmoid (x)"),
         relative_where_not_zero, ValuesDiffer, varies=False),
    Spot("small numbers relative to one", net("y = Mul (x, small)",
                                              constants={"small": np.float32(1e-3)}),
         net("y = Mul (x, small)", constants={"small": np.float32(-1e-3)}),
         relative_to_the_candidate, ValuesDiffer),
    Spot("the mean hides an order", net(LINEAR),
         net("y0 = MatMul (x, w) y = Gather <axis: int = 1> (y0, order)",
             constants={"order": np.array([1, 0, 2])}),
         means, ValuesDiffer),
)  # fmt: skip
