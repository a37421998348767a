"""Save a net that Paddle itself quantised after training: ``python build_quantised.py FOLDER``.

Runs under Paddle 2.6 and 3.3; the older format, which 3.3 still runs. Beside it ``answers.npz``:
a feed, what the quantised layers answered to it before they were saved, and the weights before they
were quantised.
"""
# mypy: ignore-errors
# Paddle has no types, and isn't imported in the tests.

import os
import sys
from pathlib import Path

os.environ.update(FLAGS_enable_pir_api="0")

import numpy as np
import paddle
from paddle.quantization import PTQ, QuantConfig
from paddle.quantization.observers import AbsmaxObserver


class Net(paddle.nn.Layer):
    """Two convolutions and what is between them."""

    def __init__(self):
        super().__init__()
        self.first = paddle.nn.Conv2D(3, 8, 3, padding=1)
        self.second = paddle.nn.Conv2D(8, 4, 3)

    def forward(self, image):
        return self.second(paddle.nn.functional.relu(self.first(image)))


def main(folder: Path) -> None:
    paddle.seed(0)
    net = Net()
    net.eval()
    weights = {f"{name}.w": layer.weight.numpy() for name, layer in net.named_children()}
    observer = AbsmaxObserver(quant_bits=8)
    calibrated = PTQ(QuantConfig(activation=observer, weight=observer)).quantize(net)
    for _ in range(8):
        calibrated(paddle.rand([2, 3, 16, 16]))
    calibrated(paddle.ones([1, 3, 16, 16]))
    made = PTQ(QuantConfig(activation=observer, weight=observer)).convert(calibrated)
    made.eval()
    feed = paddle.rand([2, 3, 16, 16])
    np.savez(folder / "answers.npz", image=feed.numpy(), out=made(feed).numpy(), **weights)
    spec = paddle.static.InputSpec([None, 3, 16, 16], "float32", "image")
    paddle.jit.save(made, str(folder / "model"), input_spec=[spec])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
