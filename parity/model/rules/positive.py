"""Floats that mean nothing at 0 and below: factors, divisors, sizes, what a logarithm takes."""

from parity.model.rules.trace import Trace
from parity.model.spec import TensorSpec, Values

_ROOTS = ("log", "sqrt", "rsqrt", "log2", "log10")
_FACTOR = Values(0.5, 2.0, guessed=True)  # speed, temperature: from half to double is usual
_SIDES = Values(32.0, 640.0, guessed=True)


def positive(trace: Trace, spec: TensorSpec) -> tuple[Values, str] | None:
    """A range above 0 and why; None for numbers that may be any."""
    name = spec.name
    if "scale_factor" in name:
        return _FACTOR, f"{name}: factors by its name, taken as [0.5, 2]"
    if name in ("im_shape", "image_shape"):
        return _SIDES, f"{name}: sides of pictures by its name, taken as [32, 640]"
    uses = {node.op.lower() for node, index in trace.readers(name) if index == 0}
    if any(node.op == "div" and index == 1 for node, index in trace.readers(name)):
        return _FACTOR, f"{name}: divides, so it is never 0; taken as [0.5, 2]"
    if all(isinstance(size, int) and size == 1 for size in spec.shape):
        return _FACTOR, f"{name}: one number that scales or shifts all, taken as [0.5, 2]"
    if uses and uses <= set(_ROOTS):
        return Values(0.01, 3.0, guessed=True), f"{name}: above 0, since its {min(uses)} is taken"
    return None
