"""Build networks with many attributes: ``python build_nets.py FOLDER``.

Each is inference.json, .pdiparams and a raw export. A process of its own, since it imports Paddle.
"""
# mypy: ignore-errors
# Paddle has no types.

import sys
from pathlib import Path

import paddle
import paddle2onnx
from paddle import nn
from paddle.nn import functional
from paddle.static import InputSpec


class Scene(nn.Layer):
    """Windows of all sorts, a resize each way, what joins and cuts."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2D(3, 8, 3, stride=2, padding=[1, 0, 2, 1])
        self.norm = nn.BatchNorm2D(8, epsilon=1e-3)
        self.deep = nn.Conv2D(8, 8, 3, padding=2, dilation=2, groups=4)
        self.up = nn.Conv2DTranspose(8, 4, 3, stride=2, padding=1, output_padding=1)
        self.each = nn.InstanceNorm2D(4, epsilon=1e-4)

    def forward(self, image):
        x = functional.elu(self.norm(self.first(image)), 0.7)
        x = functional.hardswish(self.deep(x))
        x = functional.max_pool2d(x, 3, 2, 1, ceil_mode=True)
        x = functional.avg_pool2d(x, 3, 1, 1, exclusive=False)
        x = self.each(self.up(x))
        small = functional.interpolate(x, size=[9, 9], mode="nearest")
        large = functional.interpolate(x, size=[9, 9], mode="bilinear", align_corners=True)
        x = paddle.concat([small, large], axis=1)[:, 1:7]
        one, other = paddle.split(x, [2, 4], axis=1)
        one = paddle.clip(functional.relu6(one), 0.25, 5.5)
        other = functional.softmax(other.transpose([0, 2, 3, 1]), axis=2)
        best, _ = paddle.topk(other.mean(axis=3), 3, axis=1)
        return one.sum(axis=[2, 3], keepdim=True), paddle.cumsum(best, axis=2)


class Speech(nn.Layer):
    """Two recurrent layers of other kinds, a normalisation, a matrix product turned."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 6, direction="bidirectional")
        self.gru = nn.GRU(12, 6)
        self.norm = nn.LayerNorm(6, epsilon=1e-6)

    def forward(self, frames):
        x, _ = self.lstm(frames)
        x, _ = self.gru(functional.gelu(x))
        x = self.norm(x) * 0.125
        return functional.softmax(paddle.matmul(x, x, transpose_y=True))


class Doubles(nn.Layer):
    """Attributes that Paddle 3 stores as double."""

    def __init__(self):
        super().__init__()
        self.norm = nn.GroupNorm(2, 8, epsilon=1e-4)

    def forward(self, image):
        x = functional.leaky_relu(functional.pad(image, [1, 2, 3, 4], value=0.5), 0.3)
        return functional.hardtanh(self.norm(x), -2.0, 2.0)


def main(root: Path) -> None:
    paddle.seed(5)
    nets = {
        "scene": (Scene(), InputSpec([None, 3, 24, 24], "float32", "image")),
        "speech": (Speech(), InputSpec([None, None, 8], "float32", "frames")),
        "doubles": (Doubles(), InputSpec([None, 8, 6, 6], "float32", "image")),
    }
    for name, (net, spec) in nets.items():
        net.eval()
        prefix = root / name / "inference"
        prefix.parent.mkdir(parents=True)
        paddle.jit.save(paddle.jit.to_static(net, input_spec=[spec], full_graph=True), str(prefix))
        paddle2onnx.export(
            f"{prefix}.json",
            f"{prefix}.pdiparams",
            str(prefix.with_name("model.onnx")),
            opset_version=13,
            verbose=False,
            optimize_tool="None",
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
