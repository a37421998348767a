"""What two exports of one model differ in: an exporter that reads memory that nobody wrote to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parity.exports._content import facts
from parity.model.formats.onnx_graph import opened
from parity.model.formats.onnx_walk import nodes, tensors
from parity.model.formats.read import sense

_SHOWN = 6  # numbers of a list
_HANDS_ON = ("Constant", "Identity", "Cast")


def moved(one: Path, other: Path) -> str:
    """The first thing that differs, for people; "" if both compute the same, by content.

    Raises ModelError, ExportError.
    """
    if facts(one).content == facts(other).content:
        return ""
    first, second = opened(one)[0].graph, opened(other)[0].graph
    with sense(one):
        found = next(_differing(list(nodes(first)), list(nodes(second))), "")
        return found or _stored(first, second) or "their graphs are wired differently"


def _differing(one: list[Any], other: list[Any]) -> Iterator[str]:
    if len(one) != len(other):
        yield f"one has {len(one)} nodes, the other {len(other)}"
    for a, b in zip(one, other, strict=False):
        if a.op_type != b.op_type:
            yield f'where one has {a.op_type} "{a.name}", the other has {b.op_type}'
        if a.op_type in _HANDS_ON:
            continue
        theirs = {attribute.name: attribute for attribute in b.attribute}
        for attribute in a.attribute:
            same = theirs.get(attribute.name)
            if same is not None and attribute.SerializeToString() != same.SerializeToString():
                values = f"{_value(attribute)} and {_value(same)}"
                yield f'{a.op_type} "{a.name}": {attribute.name} {values}'


def _value(attribute: Any) -> str:
    import onnx

    value = onnx.helper.get_attribute_value(attribute)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value) if isinstance(value, int) else _numbers(value)


def _numbers(values: Any) -> str:
    listed = list(values)[:_SHOWN]
    return f"[{', '.join(f'{v:.6g}' if isinstance(v, float) else str(v) for v in listed)}]"


def _stored(one: Any, other: Any) -> str:
    """A constant, and who computes with it."""
    for a, b in zip(_constants(one), _constants(other), strict=False):
        if a[1].dims == b[1].dims and a[1].SerializeToString() == b[1].SerializeToString():
            continue
        reader = _reader(one, a[0])
        who = f', which {reader.op_type} "{reader.name}" reads,' if reader is not None else ""
        return f'constant "{a[0]}"{who} is {_held(a[1])} and {_held(b[1])}'
    return ""


def _constants(graph: Any) -> list[tuple[str, Any]]:
    made = [(n.output[0], n.attribute[0].t) for n in graph.node if n.op_type == "Constant"]
    named = [(tensor.name, tensor) for tensor in tensors(graph) if tensor.name]
    return [*made, *named]


def _reader(graph: Any, name: str) -> Any:
    for node in graph.node:
        if name in node.input:
            if node.op_type not in _HANDS_ON:
                return node
            name = node.output[0]
    return None


def _held(tensor: Any) -> str:
    from onnx import numpy_helper

    if tensor.doc_string:  # large ones are left in the file
        return "others"
    numbers = numpy_helper.to_array(tensor).reshape(-1).tolist()
    return _numbers(numbers)[1:-1] if len(numbers) == 1 else _numbers(numbers)
