"""What stands in a candidate's node."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from parity.model.formats.onnx_graph import DTYPES
from parity.written.attributes.expected import convert, counted
from parity.written.attributes.known import Constants
from parity.written.attributes.rule import Rule, Value

_NAMES = {
    ("Clip", 1): "min", ("Clip", 2): "max", ("Pad", 1): "pads", ("Pad", 2): "value",
    ("Slice", 1): "starts", ("Slice", 2): "ends", ("Slice", 3): "axes", ("Slice", 4): "steps",
    ("Reshape", 1): "shape", ("Split", 1): "split", ("TopK", 1): "k", ("CumSum", 1): "axis",
    ("Resize", 2): "scales", ("Resize", 3): "sizes", ("OneHot", 1): "depth", ("Trilu", 1): "k",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """value: in the words of the table. place: what people call where it stands. set: whether it
    is there at all, or is what ONNX takes.
    """

    value: Value
    place: str
    set: bool = True


@dataclass(frozen=True, eq=False)
class Reader:
    """Reads the nodes of one op. nodes: all of them. rank: of the tensor whose axes count."""

    constants: Constants
    nodes: Collection[Any]
    rank: int | None

    def read(self, node: Any, rule: Rule) -> Found | None:
        """What a node has where a row looks; None for nothing, or what only a feed decides."""
        for at in rule.at:
            value = _at(node, at, self.constants, tail=rule.how == "sizes")
            if value is not None:
                made = self._converted(node, value, rule)
                return None if made is None else Found(made, _place(node, at))
        if rule.default is None or any(_is_input(node, at) for at in rule.at):
            return None
        default = self._converted(node, rule.default, rule)
        return None if default is None else Found(default, _place(node, rule.at[0]), set=False)

    def _converted(self, node: Any, value: Value, rule: Rule) -> Value | None:
        match rule.how:
            case "axis":
                first = value[0] if isinstance(value, tuple) and value else value
                return None if isinstance(first, str | tuple) else self._axis(node, first)
            case "axes" | "axes from":
                return convert(value, "axes", self.rank)
            case "size" | "sizes" | "sections" | "bounds" | "order":
                return convert(value, rule.how, self.rank)
            case "dtype":
                return DTYPES.get(int(value), ("", 0))[0] if isinstance(value, int) else None
            case _:
                return value

    def _axis(self, node: Any, value: float) -> int:
        """An axis of what an op reads, also where one of its nodes turns that first."""
        axis = counted(value, self.rank)
        made = self.constants.store.made_by.get(node.input[0]) if node.input else None
        if made is None or made.op_type != "Transpose" or all(made is not n for n in self.nodes):
            return axis
        perm = [number for a in made.attribute if a.name == "perm" for number in a.ints]
        return int(perm[axis]) if -len(perm) <= axis < len(perm) else axis


def _is_input(node: Any, at: str) -> bool:
    """Whether an input is there, of which nothing is known."""
    number = int(at.removeprefix("input ")) if at.startswith("input ") else len(node.input)
    return number < len(node.input) and bool(node.input[number])


def _at(node: Any, at: str, constants: Constants, *, tail: int) -> Value | None:
    """What stands there. tail: how many numbers at its start a feed may decide."""
    if at == "scalar":
        stored = [n for n in node.input if n and constants.store.source(n) is not None]
        held = [constants.read(name) for name in stored]
        scalars = [h[0] for h in held if h is not None and len(h) == 1 and h[0] is not None]
        return scalars[0] if len(scalars) == 1 else None
    if at.startswith("input "):
        number = int(at.removeprefix("input "))
        name = node.input[number] if number < len(node.input) else ""
        read = constants.read(name) if name else None
        if not read or None in read[tail:]:
            return None
        numbers = tuple(n for n in read if n is not None)
        return numbers if len(numbers) != 1 else numbers[0]
    return next((_attribute(a) for a in node.attribute if a.name == at), None)


def _attribute(attribute: Any) -> Value | None:
    import onnx

    value = onnx.helper.get_attribute_value(attribute)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, int | float):
        return value
    listed = list(value) if hasattr(value, "__iter__") else []
    if all(isinstance(item, bytes) for item in listed):
        return tuple(item.decode(errors="replace") for item in listed)
    return tuple(listed) if all(isinstance(item, int | float) for item in listed) else None


def _place(node: Any, at: str) -> str:
    if at == "scalar":
        return "its constant"
    if not at.startswith("input "):
        return at
    return _NAMES.get((node.op_type, int(at.removeprefix("input "))), at)
