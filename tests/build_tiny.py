"""Builds the two small models of tests/conftest.py; run as ``build_tiny.py FOLDER``.

A process of its own: Paddle takes seconds to import, and Paddle2ONNX may abort.
"""
# mypy: ignore-errors
# Paddle has no types.

import sys
from pathlib import Path

import paddle
import paddle2onnx
from paddle import nn
from paddle.static import InputSpec


class Tagger(nn.Layer):
    """Embedding, one attention, a linear head of three tags."""

    def __init__(self, vocabulary, hidden):
        super().__init__()
        self.word = nn.Embedding(vocabulary, hidden)
        self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))
        self.head = nn.Linear(hidden, 3)

    def forward(self, input_ids):
        words = self.word(input_ids)
        scores = paddle.matmul(self.query(words), self.key(words), transpose_y=True)
        return self.head(paddle.matmul(nn.functional.softmax(scores), self.value(words)))


def main(root):
    for name, vocabulary, hidden in (("tiny", 40, 8), ("other", 30, 6)):
        paddle.seed(7)
        net = Tagger(vocabulary, hidden)
        net.eval()
        prefix = str(root / name / "model")
        spec = [InputSpec([None, None], "int64", "input_ids")]
        paddle.jit.save(paddle.jit.to_static(net, input_spec=spec, full_graph=True), prefix)
        paddle2onnx.export(
            f"{prefix}.json",
            f"{prefix}.pdiparams",
            f"{prefix}.onnx",
            opset_version=13,
            verbose=False,
            optimize_tool="None",
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
