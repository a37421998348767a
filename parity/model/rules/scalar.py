"""Ops that work on each element by itself, as functions of numpy arrays."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.model.graph import Node

Numbers = NDArray[Any]

_ONNX_TYPES = {9: "bool", 1: "float", 10: "float", 11: "float", 16: "float"}
_DESC_TYPES = {0: "bool", 4: "float", 5: "float", 6: "float", 22: "float"}


def _divide(left: Numbers, right: Numbers) -> Numbers:
    if left.dtype.kind in "ib" and right.dtype.kind in "ib":
        with np.errstate(all="ignore"):
            return np.asarray(np.trunc(left / right)).astype(np.int64)
    with np.errstate(all="ignore"):
        return np.asarray(left / right)


def _floor_divide(left: Numbers, right: Numbers) -> Numbers:
    with np.errstate(all="ignore"):
        return np.asarray(left // right)


def _modulo(left: Numbers, right: Numbers) -> Numbers:
    with np.errstate(all="ignore"):
        return np.asarray(left % right)


TWO: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": _divide,
    "floor_divide": _floor_divide,
    "elementwise_floordiv": _floor_divide,
    "Mod": _modulo,
    "remainder": _modulo,
    "elementwise_mod": _modulo,
    "Min": np.minimum,
    "minimum": np.minimum,
    "elementwise_min": np.minimum,
    "Max": np.maximum,
    "maximum": np.maximum,
    "elementwise_max": np.maximum,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "and": np.logical_and,
    "or": np.logical_or,
}
"""By canonical name, or the format's own where there is none."""


def _quiet(made: Callable[[Numbers], Numbers]) -> Callable[[Numbers], Numbers]:
    """What has no value somewhere has none, without a word."""

    def quietly(x: Numbers) -> Numbers:
        with np.errstate(all="ignore"):
            return np.asarray(made(np.asarray(x, np.float64)))

    return quietly


_SMOOTH: Mapping[Callable[[Numbers], Numbers], tuple[str, ...]] = {
    np.log: ("Log", "log"),
    np.log2: ("log2",),
    np.log10: ("log10",),
    np.log1p: ("log1p",),
    np.sqrt: ("Sqrt", "sqrt"),
    np.exp: ("Exp", "exp"),
    np.square: ("square",),
    np.reciprocal: ("Reciprocal", "reciprocal"),
}

ONE: dict[str, Callable[[Numbers], Numbers]] = {
    "Abs": np.abs,
    "abs": np.abs,
    "Neg": np.negative,
    "Floor": np.floor,
    "floor": np.floor,
    "Ceil": np.ceil,
    "ceil": np.ceil,
    "Round": np.round,
    "round": np.round,
    "Relu": lambda x: np.maximum(x, 0),
    "relu": lambda x: np.maximum(x, 0),
    "Sign": np.sign,
    "sign": np.sign,
    "not": np.logical_not,
}

SMOOTH: dict[str, Callable[[Numbers], Numbers]] = {
    name: _quiet(made) for made, names in _SMOOTH.items() for name in names
}
"""What no index is made of as it stands, and a float may be led through before it is one."""

COMPARES = frozenset(("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"))


def cast(node: Node, values: Numbers) -> Numbers:
    """What a cast makes: whole numbers, floats or booleans; how wide doesn't matter here."""
    attributes = node.attributes
    if node.name == "Cast":
        kind = _ONNX_TYPES.get(_int(attributes.get("to")), "int")
    elif "dtype" in attributes:
        said = str(attributes["dtype"])
        kind = next((k for k in ("bool", "float") if k in said), "int")
    else:
        kind = _DESC_TYPES.get(_int(attributes.get("out_dtype")), "int")
    if kind == "bool":
        return np.asarray(values.astype(bool))
    if kind == "float":
        return np.asarray(values.astype(np.float64))
    with np.errstate(invalid="ignore"):  # what is no number, or too large, is some integer
        return np.asarray(np.trunc(values.astype(np.float64)).astype(np.int64))


def scaled(node: Node, values: Numbers) -> Numbers | None:
    """Paddle's scale; None where its factor is computed."""
    factor, bias = node.attributes.get("scale"), node.attributes.get("bias")
    if not isinstance(factor, (int, float)):
        return None
    shift = float(bias) if isinstance(bias, (int, float)) else 0.0
    numbers = values.astype(np.float64)
    if node.attributes.get("bias_after_scale") is False:
        made = (numbers + shift) * float(factor)
    else:
        made = numbers * float(factor) + shift
    return np.asarray(made.astype(np.int64) if values.dtype.kind == "i" else made)


def _int(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else -1
