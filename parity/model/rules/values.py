"""Inputs of which nothing more is known: pictures and plain numbers."""

from parity.model.rules.pictures import pictures
from parity.model.rules.positive import positive
from parity.model.rules.trace import Trace
from parity.model.spec import Domain, TensorSpec, Values


def values(trace: Trace, spec: TensorSpec) -> tuple[Domain, str]:
    """A safe domain by dtype, shape and, for integers, by what they index; and why."""
    name = spec.name
    shown = pictures(trace, spec)
    if shown is not None:
        return shown
    if spec.dtype.startswith(("float", "bfloat")):
        above = positive(trace, spec)
        if above is not None:
            return above
        return Values(-3.0, 3.0), f"{name}: numbers; nothing says their range, taken as [-3, 3]"
    if spec.dtype == "uint8":
        return Values(0.0, 255.0), f"{name}: bytes"
    if spec.dtype.startswith(("int", "uint")):
        indexed = _indexed(trace, name)
        if indexed is not None:
            return indexed
        return Values(0.0, 1.0), f"{name}: integers that index nothing, taken as 0 and 1"
    return Values(0.0, 1.0), f"{name}: {spec.dtype}, taken as 0 and 1"


def _indexed(trace: Trace, name: str) -> tuple[Domain, str] | None:
    for node, index in trace.readers(name):
        if node.op != "gather" or index != 1:
            continue
        table = trace.weights(node.inputs[0])
        axis = node.attributes.get("axis", 0)
        axis = int(axis) if isinstance(axis, (int, float)) else 0
        if table is not None and -len(table.shape) <= axis < len(table.shape):
            rows = table.shape[axis]
            return Values(0.0, float(rows - 1)), f"{name}: index into axis {axis} of {table.name}"
        return Values(0.0, 0.0), f"{name}: index into a computed tensor: only 0 is always inside"
    return None
