"""Build a recurrent tagger and a picture network: ``python build_small.py FOLDER``.

Each is inference.json, .pdiparams and a raw export. A process of its own, since it imports Paddle.
"""
# mypy: ignore-errors
# Paddle has no types.

import sys
from pathlib import Path

import numpy as np
import paddle
import paddle2onnx
from paddle import nn
from paddle.nn import functional
from paddle.static import InputSpec

HIDDEN = 16


class Tagger(nn.Layer):
    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(50, HIDDEN)
        self.lstm = nn.LSTM(HIDDEN, HIDDEN, direction="bidirectional")
        self.head = nn.Linear(2 * HIDDEN, 5)

    def forward(self, ids):
        hidden, _ = self.lstm(self.word(ids))
        return self.head(hidden)


class Picture(nn.Layer):
    """Two convolutions with a normalisation each, one of them with a bias."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2D(3, 8, 3, padding=1)
        self.one = nn.BatchNorm2D(8)
        self.second = nn.Conv2D(8, 8, 3, padding=1, bias_attr=False)
        self.third = nn.Conv2D(8, 8, 3, padding=1, bias_attr=False)
        self.two = nn.BatchNorm2D(8)
        self.head = nn.Linear(8, 2)

    def forward(self, image):
        x = functional.relu(self.one(self.first(image)))
        x = functional.relu(self.two(self.third(self.second(x))))
        return self.head(x.mean([2, 3]))


def vary(net):
    """Normalisations and biases as after a training: nothing is all ones or all zeros."""
    generator = np.random.default_rng(3)
    for _, parameter in (*net.named_parameters(), *net.named_buffers()):
        if len(parameter.shape) == 1:
            parameter.set_value(generator.uniform(0.5, 1.5, parameter.shape).astype("float32"))


def main(root: Path) -> None:
    paddle.seed(5)
    nets = {
        "tagger": (Tagger(), InputSpec([None, None], "int64", "ids")),
        "picture": (Picture(), InputSpec([None, 3, 16, 16], "float32", "image")),
    }
    for name, (net, spec) in nets.items():
        net.eval()
        vary(net)
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
