"""Build a net with a branch and one with a loop: ``python build_branches.py FOLDER``.

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


class Three(nn.Layer):
    def __init__(self):
        super().__init__()
        self.first, self.middle, self.last = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 4)


class Branch(Three):
    def forward(self, x):
        held = self.first(x)
        if x.sum() > 0:
            held = paddle.tanh(self.middle(held)) * 2
        else:
            held = functional.relu(self.middle(held)) - 1
        return self.last(held)


class Loop(Three):
    def forward(self, x):
        held = self.first(x)
        done = paddle.zeros([1], dtype="int64")
        while done < 4:
            held = paddle.tanh(self.middle(held)) + held
            done += 1
        return self.last(held)


def main(root: Path) -> None:
    for name, kind in {"branch": Branch, "loop": Loop}.items():
        paddle.seed(3)
        net = kind()
        net.eval()
        prefix = root / name / "inference"
        prefix.parent.mkdir(parents=True)
        spec = [InputSpec([None, 8], "float32", "x")]
        paddle.jit.save(paddle.jit.to_static(net, input_spec=spec, full_graph=True), str(prefix))
        paddle2onnx.export(
            f"{prefix}.json", f"{prefix}.pdiparams", str(prefix.with_name("model.onnx")),
            opset_version=13, verbose=False, optimize_tool="None",
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
