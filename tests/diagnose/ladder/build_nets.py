"""Build two nets that go wrong: ``python build_nets.py FOLDER``. A process: it imports Paddle."""
# mypy: ignore-errors
# Paddle has no types.

import sys

import paddle
from paddle import nn
from paddle.static import InputSpec


class Split(nn.Layer):
    """oneDNN of Paddle 3.3.1 gives a wrong third part."""

    def forward(self, x):
        return tuple(paddle.split(x, [2, -1, 1], axis=1))


class Lengths(nn.Layer):
    """Paddle2ONNX 2.1.0 loses the lengths of a recurrent layer."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(20, 8)
        self.gru = nn.GRU(8, 8, direction="bidirectional")
        self.head = nn.Linear(16, 3)

    def forward(self, ids, length):
        return self.head(self.gru(self.word(ids), None, length)[0])


NETS = {
    "split": (Split, [InputSpec([None, 7], "float32", "x")]),
    "lengths": (
        Lengths,
        [InputSpec([None, None], "int64", "ids"), InputSpec([None], "int64", "length")],
    ),
}


def main(root):
    for name, (net, spec) in NETS.items():
        paddle.seed(3)
        made = net()
        made.eval()
        static = paddle.jit.to_static(made, input_spec=spec, full_graph=True)
        paddle.jit.save(static, f"{root}/{name}/inference")


if __name__ == "__main__":
    main(sys.argv[1])
