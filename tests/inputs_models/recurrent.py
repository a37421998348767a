"""A GRU with its state as an input: [1, batch, hidden] beside [batch, steps, features]."""

import onnx

from parity.compare.findings import ValuesDiffer
from tests.blind_spots.nets import FLOAT, net, weight
from tests.inputs_models.kind import Kind

X, H = (("x", FLOAT, ("b", "t", 5)), ("h", FLOAT, (1, "n", 6)))


def make(*, read: int = 2**31, state: float = 1.0) -> onnx.ModelProto:
    """read: steps that are read. state: factor of the state that is handed in."""
    body = """
        cut = Slice (x, from, to, axis)
        turned = Transpose <perm: ints = [1, 0, 2]> (cut)
        mine = Mul (h, factor)
        all, last = GRU <hidden_size: int = 6> (turned, w1, r1, , , mine)
        y = Identity (last)
    """
    constants = {
        "w1": weight(1, 18, 5), "r1": weight(1, 18, 6), "factor": weight(1)[:1] * 0 + state,
        "from": [0], "to": [read], "axis": [1],
    }  # fmt: skip
    return net(body, inputs=(X, H), constants=constants)


KIND = Kind(
    make,
    {
        "cut after 8 steps": ({"read": 8}, ValuesDiffer),
        "cut after 150 steps": ({"read": 150}, ValuesDiffer),
        "the state is forgotten": ({"state": 0.9}, ValuesDiffer),
    },
    learned=("axis 1 of h: as large as batch",),
)
