"""Numbers that a graph holds single floats against, wherever they are stored."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.inputs.boundary import points
from parity.inputs.numbers import values
from parity.model.artifact import resolve
from parity.model.numbers import held_against
from parity.model.rules.thresholds import Threshold, ascending
from parity.model.spec import TensorSpec, Values

if TYPE_CHECKING:
    from tests.model.conftest import MakeOnnx

N = helper.make_node
CAST = N("Cast", ["c"], ["y"], to=TensorProto.FLOAT)

WAYS: dict[str, tuple[list[onnx.NodeProto], dict[str, object], list[Threshold]]] = {
    "one number": (
        [N("Greater", ["x", "k"], ["c"]), CAST], {"k": 3.0}, [Threshold(3.0, exact=True)],
    ),
    "several": (
        [N("Unsqueeze", ["x", "last"], ["u"]), N("Less", ["u", "k"], ["c"]), CAST],
        {"k": [65.0, 18.0, 40.0]},
        [Threshold(v, exact=True) for v in (18.0, 40.0, 65.0)],
    ),
    "a clip": (
        [N("Clip", ["x", "k", "m"], ["y"])], {"k": 0.0, "m": 200.0},
        [Threshold(0.0, exact=True), Threshold(200.0, exact=True)],
    ),
    "a clip with one limit": (
        [N("Clip", ["x", "", "m"], ["y"])], {"m": 6.0}, [Threshold(6.0, exact=True)],
    ),
    "the lesser": ([N("Min", ["k", "x"], ["y"])], {"k": 7.5}, [Threshold(7.5, exact=True)]),
    "after arithmetic": (
        [N("Sub", ["x", "m"], ["d"]), N("Div", ["d", "s"], ["z"]), N("Greater", ["z", "k"], ["c"]),
         CAST],
        {"m": 50.0, "s": 20.0, "k": 1.5}, [Threshold(80.0, exact=False)],
    ),
    "of its size": (
        [N("Abs", ["x"], ["a"]), N("Greater", ["a", "k"], ["c"]), CAST], {"k": 2.5},
        [Threshold(-2.5, exact=False), Threshold(2.5, exact=False)],
    ),
    "seconds of a month": (
        [N("Clip", ["x", "k", "m"], ["y"])], {"k": 0.0, "m": 2592000.0},
        [Threshold(0.0, exact=True), Threshold(2592000.0, exact=True)],
    ),
    "a large power of ten": ([N("Min", ["x", "k"], ["y"])], {"k": 1e7}, []),
    "whether it is missing": (
        [N("IsNaN", ["x"], ["c"]), CAST], {}, [Threshold(math.nan, exact=True)],
    ),
    "whether it is missing, after a scale": (
        [N("Mul", ["x", "k"], ["s"]), N("IsNaN", ["s"], ["c"]), CAST], {"k": 2.0},
        [Threshold(math.nan, exact=False)],
    ),
    "whether it equals itself": (
        [N("Equal", ["x", "x"], ["c"]), CAST], {}, [Threshold(math.nan, exact=True)],
    ),
    "by rows of a table": (
        [N("Log", ["x"], ["l"]), N("Div", ["l", "k"], ["twos"]), N("Floor", ["twos"], ["f"]),
         N("Clip", ["f", "zero", "three"], ["row"]),
         N("Cast", ["row"], ["i"], to=TensorProto.INT64), N("Gather", ["w", "i"], ["y"])],
        {"k": float(np.log(2.0)), "zero": 0.0, "three": 3.0},
        [Threshold(v, exact=False) for v in (1.0, 2.0, 4.0, 8.0, 16.0)],
    ),
    "what stands for infinity": ([N("Max", ["x", "k"], ["y"])], {"k": -1e9}, []),
    "another's": (
        [N("MatMul", ["x", "w"], ["h"]), N("Greater", ["h", "k"], ["c"]), CAST], {"k": 3.0}, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_what_an_input_is_held_against(make_onnx: "MakeOnnx", way: str) -> None:
    nodes, constants, expected = WAYS[way]
    stored = [numpy_helper.from_array(np.asarray(v, np.float32), n) for n, v in constants.items()]
    stored += [
        numpy_helper.from_array(np.array([-1]), "last"),
        numpy_helper.from_array(np.ones((4, 2), np.float32), "w"),
    ]
    shape: list[int | str | None] = ["n", 4]
    path = make_onnx(nodes, {"x": shape}, initializers=stored, dtypes={"x": TensorProto.FLOAT})
    found = held_against(resolve(path), "x")
    assert [t.exact for t in found] == [t.exact for t in expected]
    wanted = pytest.approx([t.value for t in expected], rel=1e-6, nan_ok=True)
    assert [t.value for t in found] == wanted
    assert held_against(resolve(path), "no input") == ()


@pytest.mark.parametrize("form", ["pir", "pdmodel"])
def test_bounds_that_are_stored_as_weights(nets: Path, form: str) -> None:
    found = held_against(resolve(nets / form / "buckets", want="paddle"), "age")
    assert found == tuple(Threshold(v, exact=True) for v in (18.0, 40.0, 65.0))


def test_what_is_fed_around_a_threshold() -> None:
    below, above, same = Threshold(65.0, exact=True).near()
    assert below < 65.0 < above
    assert same == 65.0
    assert len(Threshold(65.0, exact=False).near()) == 2
    assert min(Threshold(0.0, exact=True).near()) < 0 < max(Threshold(0.0, exact=True).near())
    halves = np.asarray(Threshold(65.0, exact=True).near(), np.float16)
    assert len(set(halves.tolist())) == 3


def test_of_a_number_without_axes(make_onnx: "MakeOnnx") -> None:
    nodes = [N("Sub", ["x", "many"], ["d"]), N("Max", ["d", "k"], ["y"])]
    many = numpy_helper.from_array(np.array([1.0, 2.0], np.float32), "many")
    one = numpy_helper.from_array(np.float32(3.0).reshape(()), "k")
    path = make_onnx(nodes, {"x": []}, initializers=[many, one], dtypes={"x": TensorProto.FLOAT})
    assert held_against(resolve(path), "x") == ()


def test_of_very_many_numbers_the_missing_one_is_kept(make_onnx: "MakeOnnx") -> None:
    nodes = [
        N("IsNaN", ["x"], ["gone"]),
        N("Unsqueeze", ["x", "last"], ["u"]),
        N("Less", ["u", "bounds"], ["c"]),
        CAST,
    ]
    stored = [
        numpy_helper.from_array(np.arange(300, dtype=np.float32), "bounds"),
        numpy_helper.from_array(np.array([-1]), "last"),
    ]
    path = make_onnx(nodes, {"x": ["n", 4]}, initializers=stored, dtypes={"x": TensorProto.FLOAT})
    found = held_against(resolve(path), "x")
    assert len(found) == 160
    assert [math.isnan(t.value) for t in found[:2]] == [True, False]
    near = tuple(ascending([value for t in found for value in t.near()]))
    spec = TensorSpec("x", "float32", ("n", 4), Values(-3.0, 3.0, points=near))
    fed = points.answers([spec], 4)
    (elements,) = fed[0][1]["x elements"]
    assert isinstance(elements, bytes)
    assert np.isnan(values.table(spec)[list(elements)]).any()
