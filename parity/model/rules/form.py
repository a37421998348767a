"""What the elements of a tensor are, as a function of single elements of one input.

Ids reach a table through casts, columns, offsets, clips and choices. All these work
element by element, so that the index is some function of the id; evaluated over many
ids it shows which of them are safe, and where it changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from parity.model.graph import Node
from parity.model.rules.scalar import ONE, TWO, Numbers, cast, scaled
from parity.model.rules.select import SPLITS, split_source, taken
from parity.model.rules.trace import Trace

Apply = Callable[[Numbers, int], Numbers]

_SHAPES = frozenset(("reshape", "unsqueeze", "squeeze", "flatten", "expand", "transpose"))
_DEEPEST = 200


@dataclass(frozen=True, eq=False)
class Form:
    """One function of single elements.

    source: the input; "" for a constant. axis, columns: where only some entries of a
        fixed axis of the input are here, those. apply: from an element of the input, in
        a given column, to the element here. plain: whether it is the element itself.
    place: the cuts along open axes on the way: elements of two places are not the same.
    aligned: whether the tensor has the input's own shape.
    """

    source: str
    apply: Apply
    axis: int | None = None
    columns: tuple[int, ...] | None = None
    plain: bool = False
    place: tuple[str, ...] = ()
    aligned: bool = False

    def then(self, step: Callable[[Numbers], Numbers], *, plain: bool = False) -> "Form":
        """The same, with one more step at its end."""
        before = self.apply
        return replace(
            self, apply=lambda x, column: step(before(x, column)), plain=self.plain and plain
        )


@dataclass(frozen=True, eq=False)
class Forms:
    """The forms of a graph's tensors, each found once. more: further ops that are followed."""

    trace: Trace
    more: Mapping[str, Callable[[Numbers], Numbers]] = field(default_factory=dict)
    _known: dict[str, Form | None] = field(default_factory=dict)

    def of(self, name: str, depth: int = 0) -> Form | None:
        """The form of a tensor; None where its elements are no function of single elements."""
        if name not in self._known:
            self._known[name] = None  # while it is looked for
            self._known[name] = self._find(name, depth) if depth < _DEEPEST else None
        return self._known[name]

    def shape(self, source: str) -> Sequence[int | str]:
        """The shape of an input, as its file declares it."""
        return next(spec.shape for spec in self.trace.graph.inputs if spec.name == source)

    def _find(self, name: str, depth: int) -> Form | None:
        graph = self.trace.graph
        if any(spec.name == name for spec in graph.inputs):
            return Form(name, lambda x, _: x, plain=True, aligned=True)
        value = graph.constants.get(name)
        if value is not None:
            return _constant(value)
        node = graph.producers.get(name)
        if node is None or not node.inputs or not node.inputs[0]:
            return None
        if node.op == "full_like":
            filled = node.attributes.get("value")
            return _constant(np.asarray(filled)) if isinstance(filled, (int, float)) else None
        if node.op in TWO and len(node.inputs) >= 2:
            step = TWO[node.op]
            return self._joined(node.inputs[:2], lambda a, b: step(a, b), depth)
        if node.op == "where" and len(node.inputs) == 3:
            return self._joined(node.inputs, _choose, depth)
        if node.op == "clip":
            return self._clipped(node, depth)
        return self._moved(node, name, depth)

    def _moved(self, node: Node, name: str, depth: int) -> Form | None:
        if node.op in SPLITS and len(node.outputs) > 1:
            whole = self.of(split_source(self.trace.graph, node), depth + 1)
            return None if whole is None else self._part(node, name, whole)
        first = self.of(node.inputs[0], depth + 1)
        if first is None:
            return None
        if node.op == "identity" or node.op in SPLITS:  # PIR unpacks the parts elsewhere
            return first
        if node.op == "cast":
            return first.then(lambda x: cast(node, x), plain=True)
        if node.op in _SHAPES:
            return replace(first, aligned=False)
        if (one := ONE.get(node.op) or self.more.get(node.op)) is not None:
            return first.then(one)
        if node.op == "scale":
            probe = scaled(node, np.zeros(1))
            return None if probe is None else first.then(lambda x: _sure(scaled(node, x)))
        if node.op in ("slice", "gather") and first.source:
            return self._part(node, name, first)
        return None

    def _part(self, node: Node, name: str, whole: Form) -> Form | None:
        if not whole.source:
            return None
        if node.op == "gather" and self.trace.graph.constants.get(node.inputs[1]) is None:
            return None
        if not whole.aligned:
            return replace(whole, place=(*whole.place, name))
        shape = self.shape(whole.source)
        parts = taken(self.trace.graph, node, name, shape)
        fixed = [axis for axis, part in parts.items() if len(part)]
        columns = fixed[0] if len(fixed) == 1 and whole.columns is None else None
        cut = [axis for axis in parts if axis != columns]
        return replace(
            whole,
            axis=columns if columns is not None else whole.axis,
            columns=tuple(parts[columns]) if columns is not None else whole.columns,
            place=(*whole.place, name) if cut else whole.place,
            aligned=False,
        )

    def _clipped(self, node: Node, depth: int) -> Form | None:
        limits = []
        for at, key, none in ((1, "min", -np.inf), (2, "max", np.inf)):
            said = node.attributes.get(key)
            if isinstance(said, (int, float)):
                limits.append(float(said))
            elif len(node.inputs) > at and node.inputs[at]:
                value = self.trace.graph.scalar(self.trace.origin(node.inputs[at]))
                if value is None:
                    return None
                limits.append(value)
            else:
                limits.append(none)
        first = self.of(node.inputs[0], depth + 1)
        return None if first is None else first.then(lambda x: _clip(x, *limits))

    def _joined(
        self, names: Sequence[str], step: Callable[..., Numbers], depth: int
    ) -> Form | None:
        """Several forms of the same elements in one; constants go with any."""
        forms = [self.of(name, depth + 1) for name in names]
        found = [form for form in forms if form is not None]
        if len(found) < len(names):
            return self._by_column(names, forms, step)
        varied = [form for form in found if form.source]
        if len({(f.source, f.axis, f.columns, f.place) for f in varied}) > 1:
            return None
        lead = varied[0] if varied else found[0]
        return replace(
            lead,
            apply=lambda x, column: step(*(form.apply(x, column) for form in found)),
            plain=False,
            aligned=all(form.aligned for form in varied),
        )

    def _by_column(
        self, names: Sequence[str], forms: Sequence[Form | None], step: Callable[..., Numbers]
    ) -> Form | None:
        """Offsets that are stored one a column, as recommenders add them to their fields."""
        known = [form for form in forms if form is not None and form.source]
        if len(names) != 2 or len(known) != 1:
            return None
        form = known[0]
        at = forms.index(form)
        values = self.trace.graph.constants.get(self.trace.origin(names[1 - at]))
        shape = self.shape(form.source)
        last = len(shape) - 1
        columns = form.columns
        if columns is None and form.aligned and shape and isinstance(shape[last], int):
            columns = tuple(range(int(shape[last])))
        if values is None or columns is None or form.axis not in (None, last):
            return None
        if values.size != len(columns) or values.shape[-1:] != (len(columns),):
            return None
        flat, place = values.reshape(-1), {c: i for i, c in enumerate(columns)}

        def apply(x: Numbers, column: int) -> Numbers:
            other = np.asarray(flat[place[column]])
            mine = form.apply(x, column)
            return step(mine, other) if at == 0 else step(other, mine)

        return replace(form, apply=apply, plain=False, axis=last, columns=columns)


def _constant(value: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Form | None:
    if value.size == 0 or not bool((value == value.reshape(-1)[0]).all()):
        return None
    number = np.asarray(value.reshape(-1)[0])
    return Form("", lambda x, _: number)


def _choose(condition: Numbers, yes: Numbers, no: Numbers) -> Numbers:
    return np.asarray(np.where(condition, yes, no))


def _clip(values: Numbers, low: float, high: float) -> Numbers:
    clipped = np.clip(values.astype(np.float64), low, high)
    return np.asarray(clipped.astype(np.int64) if values.dtype.kind == "i" else clipped)


def _sure(values: Numbers | None) -> Numbers:
    if values is None:
        raise ValueError("a scale whose factor was known has none")
    return values
