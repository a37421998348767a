"""Down by 32 and up again, with what was on the way added: sides are multiples of 32."""

import onnx

from parity.compare.findings import ValuesDiffer
from tests.blind_spots.nets import FLOAT, net, weight
from tests.inputs_models.kind import Kind


def make(*, scaled: float = 1.0) -> onnx.ModelProto:
    """scaled: factor of one channel of the third convolution."""
    down, constants = [], {}
    for level in range(5):
        into = "x" if level == 0 else f"d{level - 1}"
        down.append(
            f"c{level} = Conv <strides: ints = [2, 2], pads: ints = [1, 1, 1, 1]> "
            f"({into}, k{level}) "
            f"d{level} = Relu (c{level})"
        )
        kernel = weight(6, 3 if level == 0 else 6, 3, 3) / 3
        if level == 2:
            kernel[3] *= scaled
        constants[f"k{level}"] = kernel
    up = []
    for level in range(4):
        into = "d4" if level == 0 else f"s{level - 1}"
        up.append(
            f"u{level} = ConvTranspose <strides: ints = [2, 2]> ({into}, t{level}) "
            f"s{level} = Add (u{level}, d{3 - level})"
        )
        constants[f"t{level}"] = weight(6, 6, 2, 2) / 3
    body = " ".join([*down, *up, "y = Sigmoid (s3)"])
    return net(body, inputs=(("x", FLOAT, ("b", 3, "h", "w")),), constants=constants)


KIND = Kind(
    make,
    {"one channel is off by 5 %": ({"scaled": 1.05}, ValuesDiffer)},
    learned=("axis 2 of x: multiples of 32", "axis 3 of x: multiples of 32"),
)
