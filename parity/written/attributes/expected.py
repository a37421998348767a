"""What an attribute of a reference's op must be in ONNX."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parity.model.formats.program_desc import DTYPES
from parity.model.graph import Graph, Node
from parity.written.attributes.rule import Form, How, Rule, Value

_END = 2**31 - 1
_PAIRS = 2
_COMPUTED = ("shape", "starts", "ends")
"""Attributes of Paddle 2 that don't count where an op has a tensor for them."""

_OUT = ("out_d", "out_h", "out_w")


@dataclass(frozen=True)
class Expected:
    """values: as good as each other, in ONNX' words. said: as the reference has it, for people."""

    values: tuple[Value, ...]
    said: str


@dataclass(frozen=True, eq=False)
class Read:
    """A reference's attributes and constants. shapes: of its tensors, as far as known."""

    graph: Graph
    shapes: Mapping[str, tuple[int, ...]]

    def rank(self, op: Node, of: str) -> int | None:
        """Of an op's first input or output."""
        names = op.inputs if of == "input" else op.outputs
        shape = self.shapes.get(names[0]) if names else None
        return None if shape is None else len(shape)

    def holds(self, op: Node, rule: Rule | Form) -> bool:
        """Whether a row is about an op of these attributes."""
        return all(op.attributes.get(key) in values for key, values in rule.when.items())

    def expected(self, op: Node, rule: Rule) -> Expected | None:
        """What must stand in the candidate; None where the reference doesn't say."""
        if rule.value:
            return Expected(rule.value, f"takes {said(rule.value[0])}")
        for name in rule.given:
            value = self.given(op, name)
            if value is None:
                continue
            made = rule.names.get(value) if isinstance(value, bool | int | float | str) else None
            if made is None:
                one = convert(value, rule.how, self.rank(op, rule.of))
                made = None if one is None else (one,)
            return None if made is None else Expected(made, f"has {label(name, op)} {said(value)}")
        return None

    def given(self, op: Node, name: str) -> Value | None:
        """An attribute, or the numbers of a constant input ("input 1"), as the reference has it."""
        if name == "out":
            sizes = tuple(int(n) for k in _OUT if isinstance(n := op.attributes.get(k), int))
            computed = any(op.inputs[1:])
            return None if computed or not sizes else tuple(n for n in sizes if n > 0) or None
        if not name.startswith("input "):
            computed = name in _COMPUTED and any(op.inputs[1:])
            return None if computed else op.attributes.get(name)
        at = int(name.removeprefix("input "))
        held = self.graph.constants.get(op.inputs[at]) if at < len(op.inputs) else None
        if held is None:
            return None
        numbers = tuple(held.reshape(-1).tolist())
        return numbers[0] if held.size == 1 else numbers


def convert(value: Value, how: How, rank: int | None) -> Value | None:
    """One value in ONNX' words; None where it can't be told."""
    if isinstance(value, str):
        return value
    numbers: list[Any] = list(value) if isinstance(value, tuple) else [value]
    if how in ("axis", "axes", "axes from", "order"):
        return _axes(numbers, how, rank)
    match how:
        case "flag" | "no flag":
            return int(bool(value) is (how == "flag"))
        case "pads":
            return _pads(numbers)
        case "pads of pad3d":
            return _pads_of_pad3d(numbers)
        case "pads in pairs":
            return (*numbers[0::2], *numbers[1::2])
        case "size" | "sizes" | "sections":
            open_end = how == "sections" and min(numbers, default=0) < 0
            return None if open_end else tuple(numbers) or None
        case "bounds":
            return tuple(min(n, _END) for n in numbers)
        case "dtype":
            return DTYPES.get(int(numbers[0]), ("", 0))[0] or None
    return tuple(numbers) if isinstance(value, tuple) else value


def _axes(numbers: Sequence[Any], how: How, rank: int | None) -> Value | None:
    if how == "order":
        return tuple(counted(n, len(numbers)) for n in numbers)
    if how == "axes":
        return tuple(sorted(counted(n, rank) for n in numbers)) or None
    if len(numbers) != 1:
        return None
    first = counted(numbers[0], rank)
    if how == "axis":
        return first
    return tuple(range(first, rank)) if rank is not None and first >= 0 else None


def counted(axis: Any, rank: int | None) -> int:
    """An axis from the front, where the rank is known."""
    return int(axis) + rank if rank is not None and axis < 0 else int(axis)


def _pads(numbers: Sequence[int]) -> tuple[int, ...]:
    if len(numbers) == 2 * _PAIRS:
        return (*numbers[0::2], *numbers[1::2])
    return (*numbers, *numbers)


def _pads_of_pad3d(numbers: Sequence[int]) -> tuple[int, ...]:
    """From the last axis to the third, low and high of each, to low of all and high of all."""
    low, high = numbers[0::2][::-1], numbers[1::2][::-1]
    return (0, 0, *low, 0, 0, *high)


_INPUTS = {
    ("clip", 1): "min", ("clip", 2): "max", ("split", 1): "sections", ("split", 2): "axis",
    ("slice", 1): "starts", ("slice", 2): "ends", ("reshape", 1): "shape", ("topk", 1): "k",
    ("pool2d", 1): "kernel_size", ("pad3d", 1): "paddings", ("pad", 1): "value",
    ("one_hot", 1): "depth", ("strided_slice", 1): "starts", ("strided_slice", 2): "ends",
    ("strided_slice", 3): "strides",
}  # fmt: skip


def label(name: str, op: Node) -> str:
    """What people call an attribute or an input of a Paddle op."""
    if not name.startswith("input "):
        return "size" if name == "out" else name
    plain = op.name.removeprefix("pd_op.").rstrip("_")
    return _INPUTS.get((plain, int(name.removeprefix("input "))), "axis")


def said(value: object) -> str:
    """A value for people."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple) and len(value) == 1:
        return said(value[0])
    if isinstance(value, tuple):
        return f"[{', '.join(map(said, value))}]"
    return str(value)
