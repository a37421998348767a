"""Nets whose reference, or whose optimised export, is wrong: ``python build_wrong.py FOLDER``.

A process of its own, since it imports Paddle. Each is inference.json, .pdiparams and a raw export.
"""
# mypy: ignore-errors
# Paddle has no types.

import sys
from pathlib import Path

import paddle
import paddle2onnx
from paddle import nn
from paddle.static import InputSpec


class Rope(nn.Layer):
    """oneDNN's cos overwrites its input (Paddle 3.3.1)."""

    def __init__(self):
        super().__init__()
        self.word, self.head = nn.Embedding(500, 32), nn.Linear(32, 5)

    def forward(self, ids):
        held = self.word(ids)
        place = (paddle.cumsum(paddle.ones_like(ids[0]), 0) - 1).astype("float32").unsqueeze(-1)
        by = paddle.arange(0, 16, dtype="float32")
        angle = place * paddle.pow(paddle.to_tensor(1e4), -by / 16)
        turns = (paddle.stack([g, g], -1) for g in (paddle.cos(angle), paddle.sin(angle)))
        cos, sin = (t.reshape([1, -1, 32]) for t in turns)
        turned = paddle.stack([-held[..., 1::2], held[..., ::2]], -1).reshape([0, -1, 32])
        return self.head(held * cos + turned * sin)


class Split(nn.Layer):
    """oneDNN's third part is wrong."""

    def forward(self, x):
        return tuple(paddle.split(x, [2, -1, 1], axis=1))


class Outer(nn.Layer):
    """A product with an inner axis of one entry, where oneDNN is wrong."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        return self.head(x) + paddle.matmul(
            x[..., :5].sum(-1, keepdim=True), x[..., :1], transpose_y=True
        ).mean(-1, keepdim=True)


class Turned(nn.Layer):
    """A normalisation of mean - x, which ONNX Runtime's fusion takes for that of x - mean."""

    def __init__(self):
        super().__init__()
        self.scale = self.create_parameter([16])
        self.shift = self.create_parameter([16])
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        off = x.mean(-1, keepdim=True) - x
        deviation = paddle.sqrt((off**2).mean(-1, keepdim=True) + 1e-5)
        return self.head(off / deviation * self.scale + self.shift)


NETS = {
    "rope": (Rope, InputSpec([None, None], "int64", "ids")),
    "split": (Split, InputSpec([None, 7], "float32", "x")),
    "outer": (Outer, InputSpec([None, None, 16], "float32", "x")),
    "turned": (Turned, InputSpec([None, None, 16], "float32", "x")),
}


def main(root: Path) -> None:
    for name, (net, spec) in NETS.items():
        paddle.seed(5)
        made = net()
        made.eval()
        prefix = root / name / "inference"
        prefix.parent.mkdir(parents=True)
        static = paddle.jit.to_static(made, input_spec=[spec], full_graph=True)
        paddle.jit.save(static, str(prefix))
        paddle2onnx.export(
            f"{prefix}.json", f"{prefix}.pdiparams", str(prefix.with_name("model.onnx")),
            opset_version=13, verbose=False, optimize_tool="None",
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
