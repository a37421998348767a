"""What whole numbers that are no words may be: by what they index, and are compared with."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from parity.model.graph import Node
from parity.model.rules.axes import Axis, Dim, Origin, follow
from parity.model.rules.form import Form, Forms
from parity.model.rules.safe import Span, changes, within
from parity.model.rules.scalar import COMPARES
from parity.model.spec import Columns, Domain, Indices, TensorSpec, Values

ONE_HOTS = frozenset(("one_hot", "one_hot_v2", "OneHot"))
_TURNS = COMPARES | {"clip", "where", "Min", "minimum", "Max", "maximum", "cast"}
_INDEXES = frozenset(("gather_nd", "GatherND", "take_along_axis", "GatherElements",
                      "index_sample", "index_select"))  # fmt: skip

OPEN = "whole numbers that index an axis of no fixed size: nothing says how large it is"

_BRANCHES = ("where", "If", "if", "Loop", "while", "conditional_block")


@dataclass
class Read:
    """What is known of one column: the spans it must be in, and the values at which things turn.

    free: whether something is computed with it of which the graph gives no bound.
    axes: the open axes of inputs that it indexes; None stands for one that isn't known.
    """

    spans: list[tuple[Span, str]] = field(default_factory=list)
    points: set[int] = field(default_factory=set)
    free: bool = False
    axes: set[Origin | None] = field(default_factory=set)


def whole(forms: Forms, spec: TensorSpec, *, indexed: bool = False) -> tuple[Domain | None, str]:
    """The domain of an input that holds whole numbers and why; no domain where nothing says.

    indexed: only where every column is an index; comparisons alone say nothing then.
    """
    reader = _Reader(forms, spec)
    reader.read()
    if indexed and not all(read.spans for read in reader.columns):
        return None, f"{spec.name}: no index"
    found = [_values(read) for read in reader.columns]
    for column, (values, why) in enumerate(found):
        if values is None:
            of = f"column {column} of {spec.name}" if len(found) > 1 else spec.name
            return None, f"{of}: {why}"
    indices = {values: why for values, why in found if isinstance(values, Indices)}
    known = [(values, why) for values, why in found if isinstance(values, Values)]
    if indices:
        (domain, why), *more = indices.items()
        return (None, f"{spec.name}: {OPEN}") if known or more else (domain, f"{spec.name}: {why}")
    if reader.axis is None or (len({v for v, _ in known}) == 1 and not reader.ordered):
        return known[0][0], f"{spec.name}: {known[0][1]}"
    columns = Columns(reader.axis, tuple(v for v, _ in known), tuple(sorted(reader.ordered)))
    listed = ", ".join(f"[{v.low:g}, {v.high:g}]" for v, _ in known)
    order = "".join(f"; {a} not below {b}" for a, b in columns.ordered)
    return columns, f"{spec.name}: by column of axis {reader.axis}: {listed}{order}"


def _values(read: Read) -> tuple[Values | Indices | None, str]:
    points = sorted(read.points)
    if len(read.axes) == 1 and all(reason == OPEN for _, reason in read.spans):
        origin = next(iter(read.axes))
        if origin is not None:
            return Indices(*origin), f"index into axis {origin[1]} of {origin[0]}"
    if read.spans:
        low = max(span[0] for span, _ in read.spans)
        high = min(span[1] for span, _ in read.spans)
        if any(reason == OPEN for _, reason in read.spans):
            return None, OPEN
        reasons = "; ".join(dict.fromkeys(reason for _, reason in read.spans))
        if low > high:
            return None, f"no value suits all that it indexes: {reasons}"
        inside = tuple(float(p) for p in points if low <= p <= high)
        return Values(float(low), float(high), points=inside), reasons
    if points:
        low = min(0, points[0]) if read.free else points[0]
        shown = ", ".join(map(str, points[:8])) + (", …" if len(points) > 8 else "")
        named = tuple(float(p) for p in points)
        return Values(float(low), float(points[-1]), points=named), f"it turns around {shown}"
    return None, "whole numbers, and the graph doesn't say which are meaningful"


class _Reader:
    """Reads everything that is done with one input."""

    def __init__(self, forms: Forms, spec: TensorSpec) -> None:
        self.forms, self.spec, self.graph = forms, spec, forms.trace.graph
        self.axis: int | None = None
        self.columns = [Read()]
        self.ordered: set[tuple[int, int]] = set()

    def read(self) -> None:
        inner, ends = walk(self.forms, self.spec.name)
        self._widen([form for _, form in inner] + [form for _, _, form in ends])
        for node, form in inner:
            if node.op in _TURNS:
                for column in self._of(form):
                    self.columns[column].points |= set(changes(self.graph, form, column))
        for node, index, form in ends:
            self._end(node, index, form)
        used = [read for read in self.columns if read.spans or read.points or read.free]
        if used and len(self.columns) > 1:
            # A column that nothing reads may hold anything.
            idle = Read(spans=[((0, 1), "read by nothing")])
            self.columns = [read if read in used else idle for read in self.columns]

    def _widen(self, forms: list[Form]) -> None:
        """As many columns as the forms tell apart."""
        axes = {form.axis for form in forms if form.axis is not None}
        size = self.spec.shape[axes.pop()] if len(axes) == 1 else None
        if isinstance(size, int):
            self.axis = next(form.axis for form in forms if form.axis is not None)
            self.columns = [Read() for _ in range(size)]

    def _of(self, form: Form) -> tuple[int, ...]:
        everything = tuple(range(len(self.columns)))
        return form.columns if form.columns is not None and self.axis is not None else everything

    def _end(self, node: Node, index: int, form: Form) -> None:
        bounds = self._bounds(node, index)
        if bounds is None:
            if node.op == "sub" and self._difference(node):
                return
            for column in self._of(form):
                self.columns[column].free |= True
            return
        low, high, reason = bounds
        for column in self._of(form):
            span = (low, high) if reason == OPEN else within(self.graph, form, column, low, high)
            if span is not None:
                self.columns[column].spans.append((span, reason))
            if reason == OPEN:
                # What is computed first, as an offset is taken off, is no index as it stands.
                self.columns[column].axes.add(self._origin(node) if form.plain else None)

    def _bounds(self, node: Node, index: int) -> tuple[int, int, str] | None:
        """The results that an op takes, as far as it says, and why."""
        if node.op == "gather" and index == 1:
            return self._table(node)
        if node.op in _INDEXES and index == 1:
            return self._computed(node)
        if node.op in ONE_HOTS and index == 0:
            depth = one_hot_depth(self.forms, node)
            return None if depth is None else (0, depth - 1, f"one-hot of {depth}")
        if node.op in COMPARES:
            listed = counted(self.forms, node.inputs[1 - index])
            if listed is not None:
                low, high = listed
                return low, high, f"compared with each of {low} to {high}"
        return None

    def _table(self, node: Node) -> tuple[int, int, str]:
        table = self.forms.trace.weights(node.inputs[0])
        said = node.attributes.get("axis", 0)
        axis = int(said) if isinstance(said, (int, float)) else 0
        if table is not None and -len(table.shape) <= axis < len(table.shape):
            return 0, table.shape[axis] - 1, f"index into axis {axis} of {table.name}"
        return self._computed(node)

    def _computed(self, node: Node) -> tuple[int, int, str]:
        """Indices of a tensor that isn't stored: below its size, where that is fixed."""
        size = self._indexed(node)
        if isinstance(size, int):
            return 0, size - 1, f"index into an axis of {size}"
        return 0, -1, OPEN

    def _indexed(self, node: Node) -> Axis:
        """The axis of a computed tensor that a node's indices are of; None if it isn't known."""
        shape = follow(self.graph).shapes.get(node.inputs[0], ())
        default = 1 if node.op == "index_sample" else 0
        said = node.attributes.get("axis", default)
        axis = int(said) if isinstance(said, (int, float)) else default
        return shape[axis] if -len(shape) <= axis < len(shape) else None

    def _origin(self, node: Node) -> Origin | None:
        """The open axis of an input that a node's indices are of, as long as it is there."""
        if node.op in ("gather_nd", "GatherND"):
            return None  # one axis for each entry of the last one
        axis = self._indexed(node)
        return axis.origin if isinstance(axis, Dim) and not axis.windows else None

    def _difference(self, node: Node) -> bool:
        """Widths and heights of boxes: one column less another, as an index."""
        trace = self.forms.trace
        forms = [self.forms.of(name) for name in node.inputs[:2]]
        if not all(form and form.columns and len(form.columns) == 1 for form in forms):
            return False
        more, less = (form.columns[0] for form in forms if form and form.columns)
        for reader, index in trace.readers(node.outputs[0]):
            if reader.op == "gather" and index == 1:
                _, high, reason = self._table(reader)
                self.ordered.add((more, less))
                for column in (more, less):
                    why = OPEN if reason == OPEN else f"{reason}, by a difference"
                    self.columns[column].spans.append(((0, high), why))
        return True


def turns(forms: Forms, name: str) -> tuple[int, ...]:
    """The values of an input at which something computed of it turns, with neighbours."""
    found: set[int] = set()
    for node, form in walk(forms, name)[0]:
        if node.op in _TURNS:
            column = form.columns[0] if form.columns else 0
            found |= set(changes(forms.trace.graph, form, column))
    return tuple(sorted(found))


def walk(forms: Forms, name: str) -> tuple[list[tuple[Node, Form]], list[tuple[Node, int, Form]]]:
    """The nodes that compute with an input element by element, and those at which that ends."""
    inner: list[tuple[Node, Form]] = []
    ends: list[tuple[Node, int, Form]] = []
    seen, waiting = {name}, [name]
    while waiting:
        tensor = waiting.pop(0)
        form = forms.of(tensor)
        if form is None:
            continue
        for node in forms.trace.graph.readers(tensor):
            made = list(_made(forms, node, name))
            if not made and not _beside(forms, node, tensor):
                ends += [(node, i, form) for i, read in enumerate(node.inputs) if read == tensor]
            for output, result in made:
                if output not in seen:
                    seen.add(output)
                    waiting.append(output)
                    inner.append((node, result))
    return inner, ends


def _made(forms: Forms, node: Node, source: str) -> Iterator[tuple[str, Form]]:
    for output in node.outputs:
        form = forms.of(output) if output else None
        if form is not None and form.source == source:
            yield output, form


def _beside(forms: Forms, node: Node, tensor: str) -> bool:
    """Whether a node takes only the shape of a tensor, or chooses other data by it."""
    if node.op in ("shape", "full_like"):
        return True
    if node.op in _BRANCHES and node.inputs[0] == tensor:
        return True
    boolean = forms.trace.graph.producers.get(tensor)
    return boolean is not None and boolean.op in COMPARES | {"not", "and", "or"}


def one_hot_depth(forms: Forms, node: Node) -> int | None:
    """The classes of a one-hot; None where they are computed."""
    said = node.attributes.get("depth")
    if isinstance(said, (int, float)):
        return int(said)
    value = forms.trace.graph.scalar(node.inputs[1]) if len(node.inputs) > 1 else None
    return int(value) if value is not None and value >= 1 else None


def counted(forms: Forms, name: str) -> Span | None:
    """The first and the last of stored or counted whole numbers in a row; None for others."""
    graph = forms.trace.graph
    origin = forms.trace.origin(name)
    value = graph.constants.get(origin)
    if value is not None and value.size > 1 and value.dtype.kind in "iuf":
        flat = np.unique(value.reshape(-1))
        steady = flat.size == value.size and bool((np.diff(flat) == 1).all())
        return (int(flat[0]), int(flat[-1])) if steady else None
    node = graph.producers.get(origin)
    if node is None or node.op != "range":
        return None
    read = [graph.scalar(forms.trace.origin(i)) for i in node.inputs[:3]]
    if len(read) < 2 or read[0] is None or read[1] is None or read[1] <= read[0]:
        return None
    return int(read[0]), int(read[1]) - 1
