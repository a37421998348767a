"""Numbers that a candidate computes from constants alone: shapes, bounds, pads, limits."""

from dataclasses import dataclass, field
from typing import Any

from parity.model.lowered.store import Store

Number = bool | int | float
Known = tuple[Number | None, ...]
"""Flat; None stands for one or more numbers that only a feed decides."""

_MOST = 1024  # elements; more is a weight
_DEPTH = 12  # nodes one behind the other; exporters need six for the pads of one op
_SAME = ("Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten")
_UNKNOWN: Known = (None,)


@dataclass
class Constants:
    """Small constants of a candidate, and what simple nodes make of them."""

    store: Store
    _found: dict[str, Known] = field(default_factory=dict)

    def read(self, name: str, depth: int = _DEPTH) -> Known | None:
        """The numbers that a tensor holds; None where nothing is known of them."""
        if name not in self._found:
            self._found[name] = self._read(name, depth)
        found = self._found[name]
        return None if found == _UNKNOWN else found

    def _read(self, name: str, depth: int) -> Known:
        if name in self.store.tensors:
            return self._stored(name)
        node = self.store.made_by.get(name)
        if node is None or not depth:
            return _UNKNOWN
        given = [self.read(i, depth - 1) if i else () for i in node.input]
        if node.op_type in _SAME and given:
            return given[0] or _UNKNOWN
        if node.op_type == "Concat":
            return sum((part or _UNKNOWN for part in given), ())
        if not given or any(part is None or None in part for part in given):
            return _UNKNOWN
        whole = [part or () for part in given]
        if node.op_type == "Split":
            return _split(node, list(node.output).index(name), whole)
        return _slice(whole) if node.op_type == "Slice" else _UNKNOWN

    def _stored(self, name: str) -> Known:
        shape = self.store.shape(name)
        size = 1
        for axis in shape:
            size *= axis
        if size > _MOST or self.store.dtype(name) in ("", "object"):
            return _UNKNOWN
        return tuple(self.store.array(name).reshape(-1).tolist())


def _split(node: Any, at: int, given: list[Known]) -> Known:
    sizes = [list(a.ints) for a in node.attribute if a.name == "split"]
    if len(given) > 1 and given[1]:
        sizes = [[int(n or 0) for n in given[1]]]
    if not sizes:
        count = len(node.output)
        sizes = [[len(given[0]) // count] * count]
    start = sum(sizes[0][:at])
    return given[0][start : start + sizes[0][at]]


def _slice(given: list[Known]) -> Known:
    """Of a list along its one axis."""
    bounds = [int(part[0] or 0) for part in given[1:3] if len(part) == 1]
    if len(bounds) != len(("start", "end")) or given[4:] not in ([], [()], [(1,)]):
        return _UNKNOWN
    return given[0][bounds[0] : bounds[1]]
