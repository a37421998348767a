"""Lines of text, 48 high and of any width."""

import onnx

from parity.compare.findings import ValuesDiffer
from tests.blind_spots.nets import FLOAT, net, weight
from tests.inputs_models.kind import Kind


def make(*, read: int = 2**31) -> onnx.ModelProto:
    """read: columns that are read."""
    body = """
        cut = Slice (x, from, to, axis)
        c = Conv <strides: ints = [4, 4]> (cut, k)
        d = Relu (c)
        y = ReduceMean <axes: ints = [2, 3]> (d)
    """
    constants = {"k": weight(5, 3, 4, 4), "from": [0], "to": [read], "axis": [3]}
    return net(body, inputs=(("x", FLOAT, ("b", 3, 48, "w")),), constants=constants)


KIND = Kind(
    make,
    {"reads 96 columns": ({"read": 96}, ValuesDiffer),
     "reads 300 columns": ({"read": 300}, ValuesDiffer)},
)  # fmt: skip
