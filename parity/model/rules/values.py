"""Inputs of which nothing more is known: pictures, and plain numbers."""

from parity.model.rules.form import Forms
from parity.model.rules.trace import Trace
from parity.model.rules.whole import whole
from parity.model.spec import Columns, Domain, Image, TensorSpec, Values


def values(trace: Trace, spec: TensorSpec) -> tuple[Domain | None, str]:
    """A domain by dtype, shape and, for whole numbers, by what they index; and why.

    No domain for whole numbers of which the graph doesn't say which are meaningful.
    """
    name, shape = spec.name, spec.shape
    if spec.dtype.startswith(("float", "bfloat")):
        indexes = _whole_floats(trace, spec)
        if indexes is not None:
            return indexes
        if len(shape) == 4 and shape[1] in (1, 3):
            channels = int(shape[1])
            return Image(channels), f"{name}: pictures, since it is NCHW with {channels} channels"
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
