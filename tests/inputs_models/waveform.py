"""Strided convolutions over samples, that need as many as they reach over."""

import onnx

from parity.compare.findings import ValuesDiffer
from tests.blind_spots.nets import FLOAT, net, weight
from tests.inputs_models.kind import Kind


def make(*, read: int = 2**31) -> onnx.ModelProto:
    """read: samples that are read."""
    body = """
        cut = Slice (wave, from, to, axis)
        x = Unsqueeze (cut, axis)
        a = Conv <strides: ints = [5], kernel_shape: ints = [10]> (x, w1)
        b = Relu (a)
        c = Conv <strides: ints = [2], kernel_shape: ints = [3]> (b, w2)
        d = Relu (c)
        y = ReduceMean <axes: ints = [2]> (d)
    """
    constants = {
        "w1": weight(4, 1, 10), "w2": weight(3, 4, 3), "from": [0], "to": [read], "axis": [1],
    }  # fmt: skip
    return net(body, inputs=(("wave", FLOAT, ("b", "n")),), constants=constants)


KIND = Kind(
    make,
    {"reads 400 samples": ({"read": 400}, ValuesDiffer)},
    learned=("axis 1 of wave: from 20",),
)
