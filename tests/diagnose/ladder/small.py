"""Small ONNX files, right and wrong, and what a climb begins with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.trial import trial
from parity.engines.ort import session_of
from parity.model.artifact import resolve
from parity.model.tensors import Array, Feed
from parity.verify.request import Request, Side

LONG_S = 300.0
"""A budget that no busy machine uses up: what is tested is what is said."""

node = helper.make_node
FLOAT, INT32, INT64 = TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64

Shape = Sequence[int | str]


def floats(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def model(
    nodes: Sequence[NodeProto],
    inputs: Mapping[str, tuple[int, Shape]],
    outputs: Mapping[str, tuple[int, Shape | None]],
    stored: Mapping[str, object] | None = None,
    *,
    opset: int = 13,
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info(n, *v) for n, v in inputs.items()],
        [helper.make_tensor_value_info(n, *v) for n, v in outputs.items()],
        [numpy_helper.from_array(np.asarray(v), n) for n, v in (stored or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def save(made: onnx.ModelProto, path: Path) -> Side:
    """In ONNX Runtime, with all that it optimises by default."""
    onnx.save(made, path)
    return Side(resolve(path), "ort")


def plainly(side: Side) -> Side:
    return replace(side, options={"optimization": "disable"})


def failing(reference: Side, candidate: Side, feed: Feed, **also: object) -> Failing:
    """Both sides' real answers to a feed."""
    expected, actual = _answer(reference, feed), _answer(candidate, feed)
    assert not isinstance(expected, str), expected
    actual = {} if isinstance(actual, str) else actual
    names = dict(zip(expected, actual or expected, strict=True))
    asked = Request(reference, candidate, **also)  # type: ignore[arg-type]
    return Failing(asked, feed, expected, actual, names)


def _answer(side: Side, feed: Feed) -> dict[str, Array] | str:
    if side.engine != "ort":
        return trial(side, feed, Clock(LONG_S))
    level = str(side.options.get("optimization", "all"))
    session = session_of(str(side.model.program), level=level, threads=1)
    names = [o.name for o in session.get_outputs()]
    return dict(zip(names, session.run(None, dict(feed)), strict=True))


def normalised(*, turned: bool = False) -> onnx.ModelProto:
    """A normalisation written out; turned: of mean - x, which flips its sign.

    ONNX Runtime's LayerNormFusion takes that for the usual one: its 1.32 gives the wrong sign.
    """
    return model(
        [
            node("ReduceMean", ["x"], ["mean"], axes=[-1], keepdims=1),
            node("Sub", ["mean", "x"] if turned else ["x", "mean"], ["off"]),
            node("Pow", ["off", "two"], ["square"]),
            node("ReduceMean", ["square"], ["variance"], axes=[-1], keepdims=1),
            node("Add", ["variance", "epsilon"], ["more"]),
            node("Sqrt", ["more"], ["deviation"]),
            node("Div", ["off", "deviation"], ["even"]),
            node("Mul", ["even", "scale"], ["scaled"]),
            node("Add", ["scaled", "bias"], ["y"]),
        ],
        {"x": (FLOAT, [2, 3, 6])},
        {"y": (FLOAT, [2, 3, 6])},
        {
            "two": np.float32(2), "epsilon": np.float32(1e-5),
            "scale": floats(6, seed=1), "bias": floats(6, seed=2),
        },
    )  # fmt: skip


def halved() -> onnx.ModelProto:
    """1 / x * y of whole numbers, which is 0 or y: DivMulFusion makes it y / x."""
    return model(
        [node("Div", ["one", "x"], ["part"]), node("Mul", ["part", "y"], ["z"])],
        {"x": (INT32, [3]), "y": (INT32, [3])},
        {"z": (INT32, [3])},
        {"one": np.int32(1)},
    )


def middle() -> onnx.ModelProto:
    """The number in the middle of a map of 7 by 7."""
    return model(
        [
            node("Slice", ["x", "from", "to", "axes"], ["y"]),
        ],
        {"x": (FLOAT, [1, 2, 7, 7])},
        {"y": (FLOAT, [1, 2, 1, 1])},
        {"from": np.array([3, 3]), "to": np.array([4, 4]), "axes": np.array([2, 3])},
    )


def resized(*, rounding: str = "floor") -> onnx.ModelProto:
    """The same by Resize: pixel (0 + 0.5) * 7 - 0.5 = 3 exactly, which ONNX Runtime's 1.32 takes
    for 2.9999998 in float32, and rounds down to 2."""
    return model(
        [
            node(
                "Resize", ["x", "", "", "sizes"], ["y"], mode="nearest",
                coordinate_transformation_mode="half_pixel", nearest_mode=rounding,
            )
        ],
        {"x": (FLOAT, [1, 2, 7, 7])},
        {"y": (FLOAT, [1, 2, 1, 1])},
        {"sizes": np.array([1, 2, 1, 1])},
    )  # fmt: skip


def linear(*, twice: bool = False, factor: float = 1.0, name: str = "y") -> onnx.ModelProto:
    """x W + b; twice: the bias, too, is added again: a fault of the graph."""
    nodes = [node("MatMul", ["x", "w"], ["product"]), node("Add", ["product", "b"], ["sum"])]
    last = "sum"
    if twice:
        nodes.append(node("Add", ["sum", "b"], ["again"]))
        last = "again"
    nodes.append(node("Mul", [last, "factor"], [name]))
    return model(
        nodes, {"x": (FLOAT, ["n", 4])}, {name: (FLOAT, ["n", 3])},
        {"w": floats(4, 3, seed=1), "b": floats(3, seed=2), "factor": np.float32(factor)},
    )  # fmt: skip
