"""Boxes whose score is above a bound: often none."""

import onnx

from parity.compare.findings import ValuesDiffer
from tests.blind_spots.nets import FLOAT, net
from tests.inputs_models.kind import Kind


def make(*, bound: float = 2.5, scaled: float = 1.0) -> onnx.ModelProto:
    """bound: of the scores. scaled: factor of what is above it."""
    body = """
        s = ReduceMax <axes: ints = [1], keepdims: int = 0> (x)
        above = Greater (s, bound)
        kept = Compress <axis: int = 0> (x, above)
        y = Mul (kept, factor)
    """
    import numpy as np

    constants = {"bound": np.float32(bound), "factor": np.float32(scaled)}
    return net(body, inputs=(("x", FLOAT, ("b", 4)),), constants=constants)


KIND = Kind(
    make,
    {"boxes are off": ({"scaled": 1.001}, ValuesDiffer)},
    learned=("y: nothing to compare on",),
)
