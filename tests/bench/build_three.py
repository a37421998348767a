"""Build an MLP, a CNN and a GRU tagger, and export them: ``python build_three.py FOLDER``.

A process of its own, since it imports Paddle. Seeded weights of Paddle's own initialisers; batch
normalisation has statistics as training leaves them, none of which is zero or one.
"""
# mypy: ignore-errors
# Paddle has no types.

import sys
from pathlib import Path

import paddle
import paddle2onnx
from paddle import nn
from paddle.static import InputSpec


def mlp():
    """Eight numbers of a table to three classes."""
    return nn.Sequential(
        nn.Linear(8, 32), nn.ReLU(), nn.LayerNorm(32), nn.Linear(32, 32), nn.Tanh(),
        nn.Linear(32, 3),
    )  # fmt: skip


def cnn():
    """Pictures of 32 x 32 to five classes."""
    net = nn.Sequential(
        nn.Conv2D(3, 8, 3, padding=1), nn.BatchNorm2D(8), nn.ReLU(), nn.MaxPool2D(2),
        nn.Conv2D(8, 16, 3, stride=2, padding=1), nn.BatchNorm2D(16), nn.Hardswish(),
        nn.Conv2D(16, 16, 3, padding=1, groups=16), nn.BatchNorm2D(16), nn.ReLU(),
        nn.AdaptiveAvgPool2D(1), nn.Flatten(), nn.Linear(16, 5),
    )  # fmt: skip
    for layer in net:
        if isinstance(layer, nn.BatchNorm2D):
            size = layer.weight.shape
            layer.weight.set_value(0.5 + paddle.rand(size))
            layer.bias.set_value(0.3 * paddle.randn(size))
            layer._mean.set_value(0.2 * paddle.randn(size))
            layer._variance.set_value(0.3 + paddle.rand(size))
    return net


class Tagger(nn.Layer):
    """Token ids to seven tags each, through a GRU of both directions."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(200, 24)
        self.gru = nn.GRU(24, 16, direction="bidirect")
        self.head = nn.Linear(32, 7)

    def forward(self, ids):
        return self.head(self.gru(self.words(ids))[0])


NETS = {
    "mlp": (mlp, InputSpec([None, 8], "float32", "x")),
    "cnn": (cnn, InputSpec([None, 3, 32, 32], "float32", "image")),
    "gru-tagger": (Tagger, InputSpec([None, None], "int64", "input_ids")),
}


def main(root: Path) -> None:
    for name, (make, spec) in NETS.items():
        paddle.seed(11)
        net = make()
        net.eval()
        prefix = str(root / name / "inference")
        paddle.jit.save(paddle.jit.to_static(net, input_spec=[spec], full_graph=True), prefix)
        paddle2onnx.export(
            f"{prefix}.json", f"{prefix}.pdiparams", str(root / name / "model.onnx"),
            opset_version=13, verbose=False, optimize_tool="None",
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
