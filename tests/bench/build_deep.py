"""Build an ERNIE of 24 layers of 1024 and export it: ``python build_deep.py FOLDER [LAYERS]``.

A process of its own, since it imports Paddle; 6 GB and some minutes.
"""
# mypy: ignore-errors
# Paddle has no types.

import sys
from pathlib import Path

import paddle
import paddle2onnx

from parity.zoo.nets.ernie import HEADS
from parity.zoo.shapes import Ernie


def main(root: Path, layers: int) -> None:
    paddle.seed(5)
    shape = Ernie(layers=layers, hidden_size=1024, heads=16, ffn_size=4096)
    net = HEADS["token_cls"](shape, 7)
    net.eval()
    specs = [paddle.static.InputSpec([-1, -1], "int64", n) for n in ("input_ids", "token_type_ids")]
    static = paddle.jit.to_static(net, input_spec=specs, full_graph=True)
    prefix = root / "inference"
    paddle.jit.save(static, str(prefix))
    paddle2onnx.export(
        f"{prefix}.json", f"{prefix}.pdiparams", str(root / "model.onnx"),
        opset_version=13, verbose=False, optimize_tool="None",
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 24)
