"""Builds the Paddle model of test_unseen.py and its export; run as ``build_hashed.py FOLDER``."""
# mypy: ignore-errors
# Paddle has no types.

import sys

import paddle
import paddle2onnx
from paddle import nn
from paddle.static import InputSpec

ROWS = 100_003


class Hashed(nn.Layer):
    """A row of a table for a user and an item, found by a remainder; and amounts over their sum."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(ROWS, 4)
        self.out = nn.Linear(4, 2)
        self.gain = self.create_parameter([1], default_initializer=nn.initializer.Constant(1.2))

    def forward(self, user, item, amounts):
        total = paddle.clip(amounts.sum(-1, keepdim=True), min=1e-6)
        share = (amounts / total).max(-1, keepdim=True)
        return self.out(self.table((user * 31 + item) % ROWS)) * share * self.gain


def main(folder):
    paddle.seed(3)
    net = Hashed()
    net.eval()
    given = [InputSpec([None], "int64", name) for name in ("user", "item")]
    given.append(InputSpec([None, 5], "float32", "amounts"))
    prefix = f"{folder}/hashed"
    paddle.jit.save(paddle.jit.to_static(net, input_spec=given, full_graph=True), prefix)
    paddle2onnx.export(
        f"{prefix}.json", f"{prefix}.pdiparams", f"{prefix}.onnx", opset_version=13,
        enable_onnx_checker=True, optimize_tool="None", verbose=False,
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
