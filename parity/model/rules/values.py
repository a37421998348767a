"""Inputs of which nothing more is known: pictures, and plain numbers."""

from parity.model.rules.form import Forms
from parity.model.rules.pictures import pictures
from parity.model.rules.positive import positive
from parity.model.rules.trace import Trace
from parity.model.rules.whole import whole
from parity.model.spec import Columns, Domain, TensorSpec, Values


def values(trace: Trace, spec: TensorSpec) -> tuple[Domain | None, str]:
    """A domain by dtype, shape and, for whole numbers, by what they index; and why.

    No domain for whole numbers of which the graph doesn't say which are meaningful.
    """
    name = spec.name
    shown = pictures(trace, spec)
    if shown is not None:
        return shown
    if spec.dtype.startswith(("float", "bfloat")):
        found = _whole_floats(trace, spec) or positive(trace, spec)
        if found is not None:
            return found
        return Values(-3.0, 3.0), f"{name}: numbers; nothing says their range, taken as [-3, 3]"
    if spec.dtype.startswith(("int", "uint")):
        domain, why = whole(Forms(trace), spec)
        if domain is None and spec.dtype == "uint8":
            return Values(0.0, 255.0), f"{name}: bytes"
        return domain, why
    return Values(0.0, 1.0), f"{name}: {spec.dtype}, taken as 0 and 1"


def _whole_floats(trace: Trace, spec: TensorSpec) -> tuple[Domain, str] | None:
    """Floats that the graph casts to an index, as Keras' models take them."""
    casts = [node for node in trace.graph.readers(spec.name) if node.op == "cast"]
    if not casts:
        return None
    domain, why = whole(Forms(trace), spec, indexed=True)
    if isinstance(domain, Values):
        return Values(domain.low, domain.high, whole=True, points=domain.points), why
    return (domain, why) if isinstance(domain, Columns) else None
