"""Two towers: the open axes of both inputs must agree."""

import onnx

from parity.compare.findings import ValuesDiffer
from tests.blind_spots.nets import FLOAT, net, weight
from tests.inputs_models.kind import Kind

X, Y = (("x", FLOAT, ("b", "m", 4)), ("y", FLOAT, ("b2", "n", 4)))


def make(*, read: int = 2**31) -> onnx.ModelProto:
    """read: steps that are read of those there are."""
    body = """
        a = MatMul (x, w)
        b = MatMul (y, w)
        s = Add (a, b)
        t = Tanh (s)
        cut = Slice (t, from, to, axis)
        z = ReduceMean <axes: ints = [1]> (cut)
    """
    return net(
        body,
        ["z"],
        inputs=(X, Y),
        constants={"w": weight(4, 3), "from": [0], "to": [read], "axis": [1]},
    )


KIND = Kind(make, {"reads 9 steps": ({"read": 9}, ValuesDiffer),
                   "reads 300 steps": ({"read": 300}, ValuesDiffer)})  # fmt: skip
