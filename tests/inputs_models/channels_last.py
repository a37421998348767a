"""Pictures with the channels last, of any side."""

import onnx

from parity.compare.findings import ShapeDiffers, ValuesDiffer
from tests.blind_spots.nets import FLOAT, net, weight
from tests.inputs_models.kind import Kind


def make(*, last: int = 1, scaled: float = 1.0) -> onnx.ModelProto:
    """last: padding behind the picture; 0 shows at odd sides only. scaled: of one channel."""
    kernel = weight(5, 3, 3, 3)
    kernel[2] *= scaled
    body = f"""
        turned = Transpose <perm: ints = [0, 3, 1, 2]> (x)
        c = Conv <strides: ints = [2, 2], pads: ints = [1, 1, {last}, {last}]> (turned, k)
        d = Relu (c)
        y = Transpose <perm: ints = [0, 2, 3, 1]> (d)
    """
    return net(body, inputs=(("x", FLOAT, ("b", "h", "w", 3)),), constants={"k": kernel})


KIND = Kind(
    make,
    {
        "odd sides lose a column": ({"last": 0}, ShapeDiffers),
        "one channel is off": ({"scaled": 1.001}, ValuesDiffer),
    },
    learned=("NHWC with 3 channels",),
)
