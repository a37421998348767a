"""Inputs that hold pictures."""

from parity.model.rules.trace import Trace
from parity.model.spec import Image, PictureLayout, Shape, TensorSpec

_RAW = 255.0
_FAR = 10.0  # a mean or a divisor beyond this is for bytes, not for what was normalised before


def pictures(trace: Trace, spec: TensorSpec) -> tuple[Image, str] | None:
    """The domain of pictures and why; None for an input that holds none."""
    axis = _channels(spec)
    if axis is None:
        return None
    channels = int(spec.shape[axis])
    layout: PictureLayout = "NCHW" if axis == 1 else "NHWC"
    why = f"{spec.name}: pictures, since it is {layout} with {channels} channels"
    if spec.dtype == "uint8":
        return Image(channels, 0.0, _RAW, layout), f"{why}, of bytes"
    if _normalises(trace, spec.name):
        return Image(channels, 0.0, _RAW, layout), f"{why}, 0 to 255: the model normalises them"
    return Image(channels, layout=layout), why


def _channels(spec: TensorSpec) -> int | None:
    """The axis of the channels: 1 or 3."""
    shape = spec.shape
    if len(shape) != 4 or not spec.dtype.startswith(("float", "bfloat", "uint8")):
        return None
    if any(word in spec.name.lower() for word in ("past", "cache", "mask", "state")):
        return None
    if shape[1] in (1, 3) or (shape[1] == 4 and _alike(shape[2:])):
        return 1
    if shape[3] in (1, 3) or (shape[3] == 4 and _alike(shape[1:3])):
        return 3
    return None


def _alike(sides: Shape) -> bool:
    """Whether both sides are open, or both are as large: not so in four heads of attention."""
    opened = [isinstance(side, str) or side < 0 for side in sides]
    return all(opened) or (not any(opened) and sides[0] == sides[1])


def _normalises(trace: Trace, name: str) -> bool:
    """Whether the first thing that the graph does is to bring bytes to numbers around 0."""
    for node, index in trace.readers(name):
        if index != 0:
            continue
        if node.op == "scale":
            factor = node.attributes.get("scale")
            if isinstance(factor, int | float) and 0 < abs(factor) <= 1 / _FAR:
                return True
        other = node.inputs[1] if len(node.inputs) > 1 else ""
        value = trace.graph.constants.get(trace.origin(other))
        if value is None or value.size == 0 or value.dtype.kind not in "iuf":
            continue
        largest = float(abs(value).max())
        if node.op in ("div", "sub") and largest > _FAR:
            return True
        if node.op == "mul" and 0 < largest <= 1 / _FAR:
            return True
    return False
