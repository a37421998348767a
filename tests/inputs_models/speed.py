"""A number without axes that divides, beside columns of rank 1 and 2."""

import onnx

from parity.compare.findings import ValuesDiffer
from tests.blind_spots.nets import FLOAT, net, weight
from tests.inputs_models.kind import Kind

INPUTS = (("speed", FLOAT, ()), ("age", FLOAT, ("b",)), ("x", FLOAT, ("b2", 3)))


def make(*, power: float = 1.0) -> onnx.ModelProto:
    """power: to which the speed is taken."""
    body = """
        half = Pow (speed, power)
        column = Unsqueeze (age, axis)
        joined = Concat <axis: int = 1> (x, column)
        z = MatMul (joined, w)
        y = Div (z, half)
    """
    import numpy as np

    constants = {"w": weight(4, 3), "axis": [1], "power": np.float32(power)}
    return net(body, inputs=INPUTS, constants=constants)


KIND = Kind(make, {"the speed is squared": ({"power": 2.0}, ValuesDiffer)})
