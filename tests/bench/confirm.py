"""Confirm defects that a sweep found, by a few lines of numpy and nothing of parity:
``python tests/bench/confirm.py [NAME ...]``.

Each builds one small net with Paddle, exports it by paddle2onnx's own function, runs it, and says
what numpy, Paddle's plain kernels and the other side say at the worst place. Prints a Markdown
table; exits 1 if any defect is gone, since then the table in docs/sweep.md is out of date.
"""

import math
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Arrays = list[Any]

X = np.random.default_rng(0).standard_normal((2, 3, 5)).astype(np.float32) * 2
PICTURE = np.random.default_rng(1).standard_normal((2, 6, 7, 8)).astype(np.float32)


def _group(x: Any) -> Any:
    y = x.reshape(2, 2, -1)
    y = (y - y.mean(-1, keepdims=True)) / np.sqrt(y.var(-1, keepdims=True) + 0.1)
    return y.reshape(x.shape)


def _adaptive(x: Any, many: int = 5) -> Any:
    size = x.shape[-1]
    cuts = [(i * size // many, math.ceil((i + 1) * size / many)) for i in range(many)]
    return np.stack([x[..., a:b].mean(-1) for a, b in cuts], -1)


def _after(y: Any, n: Any) -> Any:
    """What a recurrent layer gives behind a row's length: nothing."""
    return np.where(np.arange(y.shape[1])[None, :, None] < n[:, None, None], y, 0)


def _gelu(x: Any) -> Any:
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def _cleared(x: Any, y: Any, z: Any) -> Any:
    """Rows that are named are cleared, and what is given is added."""
    found = x.copy()
    found[y] = 0
    np.add.at(found, y, z)
    return found


ZEROS = np.array([[0.0, 0.0, 1.0]], np.float32)

DEFECTS: dict[str, tuple[str, str, dict[str, Any], Callable[..., Any] | None, str]] = {
    # name: code, make, feed, numpy (None: by the answer's own lengths), which side is wrong, at
    # which opset (13)
    "leaky_relu alpha": ("F.leaky_relu(x, 0.3)", "", {"x": X}, lambda x: np.where(x > 0, x, 0.3 * x), "onnx"),
    "hardtanh limits": ("F.hardtanh(x, -2.0, 2.0)", "", {"x": X}, lambda x: np.clip(x, -2, 2), "onnx"),
    "gelu approximate": ("F.gelu(x, approximate=True)", "", {"x": X}, _gelu, "onnx"),
    "log_sigmoid of -100": ("F.log_sigmoid(x)", "", {"x": X * 50}, lambda x: -np.logaddexp(0, -x.astype(np.float64)), "onnx"),
    "norm p=inf": ("paddle.linalg.norm(x, p=float('inf'), axis=-1)", "", {"x": X}, lambda x: np.abs(x).max(-1), "onnx"),
    "norm p=0": ("paddle.linalg.norm(x, p=0, axis=1)", "", {"x": X}, lambda x: (x != 0).sum(1), "onnx"),
    "norm of all": ("paddle.linalg.norm(x)", "", {"x": X}, lambda x: np.sqrt((x**2).sum()), "onnx"),
    "sum of all: rank": ("paddle.sum(x)", "", {"x": X}, lambda x: x.sum(), "onnx"),
    "pad value": ("F.pad(x, [1, 2, 0, 3], value=0.5)", "", {"x": PICTURE}, lambda x: np.pad(x, [(0, 0), (0, 0), (0, 3), (1, 2)], constant_values=0.5), "onnx"),
    "group_norm epsilon": ("m(x)", "nn.GroupNorm(2, 6, epsilon=0.1)", {"x": PICTURE}, _group, "onnx"),
    "round to decimals": ("paddle.round(x, decimals=1)", "", {"x": X}, lambda x: np.round(x, 1), "onnx"),
    "atan2 of zero": ("paddle.atan2(x, y)", "", {"x": ZEROS, "y": -np.ones_like(ZEROS)}, lambda x, y: np.arctan2(x, y), "onnx"),
    "roll beyond the size": ("paddle.roll(x, 7, axis=2)", "", {"x": X}, lambda x: np.roll(x, 7, 2), "onnx"),
    "adaptive_avg_pool that doesn't divide": ("F.adaptive_avg_pool1d(x, 5)", "", {"x": PICTURE[0]}, _adaptive, "onnx"),
    "GRU sequence_length": ("m(x, sequence_length=n)[0]", "nn.GRU(5, 4)", {"x": X, "n": np.array([1, 2])}, None, "onnx"),
    "LSTM sequence_length": ("m(x, sequence_length=n)[0]", "nn.LSTM(5, 4)", {"x": X, "n": np.array([1, 2])}, None, "onnx"),
    "LSTM, two layers: last state": ("m(x)[1][0]", "nn.LSTM(5, 4, num_layers=2)", {"x": X}, lambda x: np.zeros((2, 2, 4)), "onnx shape"),
    "gather by a column": ("paddle.gather(x, y)", "", {"x": X[0], "y": np.array([[1], [2]])}, lambda x, y: x[y[:, 0]], "onnx"),
    "dot of rows: rank": ("paddle.dot(x, y)", "", {"x": X[0], "y": X[1]}, lambda x, y: (x * y).sum(-1), "onnx"),
    "floor_divide": ("x // y", "", {"x": np.full((1, 2), 2, np.float32), "y": np.array([[0.4, 0.5]], np.float32)}, lambda x, y: x // y, "onnx"),
    "scatter, added up: an update of 0": ("paddle.scatter(x, y, z, overwrite=False)", "", {"x": X[0], "y": np.array([2, 0]), "z": np.zeros((2, 5), np.float32)}, _cleared, "onnx"),
    "equal of floats, opset 7": ("paddle.cast(x == y, 'int32')", "", {"x": X, "y": np.trunc(X)}, lambda x, y: (x == y).astype(int), "onnx 7"),
    "roi_align aligned=False, opset 16": ("paddle.vision.ops.roi_align(x, y, z, 1, sampling_ratio=1, aligned=False)", "", {"x": PICTURE[:1], "y": np.array([[1, 1, 3, 3]], np.float32), "z": np.array([1], np.int32)}, lambda x, y, z: x[:, :, 2:3, 2:3], "onnx 16"),
    "log_softmax below -64": ("F.log_softmax(x, axis=-1)", "", {"x": X * 30}, lambda x: x.astype(np.float64) - np.log(np.exp(x.astype(np.float64) - x.max(-1, keepdims=True)).sum(-1, keepdims=True)) - x.max(-1, keepdims=True), "plain"),
    "relu of NaN": ("F.relu(x)", "", {"x": np.array([[np.nan, 1, -1]], np.float32)}, lambda x: np.maximum(x, 0), "plain"),
    "oneDNN: matmul of inner size 1": ("paddle.matmul(x, y, transpose_y=True)", "", {"x": X[..., :1].copy(), "y": X[..., 1:2].copy()}, lambda x, y: x * y.transpose(0, 2, 1), "onednn"),
    "oneDNN: avg_pool SAME, inclusive": ("F.avg_pool2d(x, 3, stride=2, padding='SAME', exclusive=False)", "", {"x": np.ones((1, 1, 4, 4), np.float32)}, lambda x: np.array([[[[1, 2 / 3], [2 / 3, 4 / 9]]]]), "plain"),
}  # fmt: skip


def answers(name: str, folder: Path) -> dict[str, Any]:
    """What Paddle's plain kernels, its default ones and the export say."""
    import paddle
    from paddle import nn
    from paddle.nn import functional

    code, make, feed, _, wrong = DEFECTS[name]
    opset = next((int(word) for word in wrong.split() if word.isdigit()), 13)
    paddle.enable_static()
    paddle.seed(3)
    main, start = paddle.static.Program(), paddle.static.Program()
    with paddle.static.program_guard(main, start):
        taken = [paddle.static.data(n, [-1, *a.shape[1:]], str(a.dtype)) for n, a in feed.items()]
        known = {"paddle": paddle, "nn": nn, "F": functional, **dict(zip(feed, taken, strict=True))}
        if make:
            known["m"] = eval(make, known)  # noqa: S307  ours
            known["m"].eval()
        found = eval(code, known)  # noqa: S307
        runs = paddle.static.Executor(paddle.CPUPlace())
        runs.run(start)
        prefix = str(folder / "inference")
        paddle.static.save_inference_model(prefix, taken, [found], runs, program=main)
    return {
        "plain": by_paddle(prefix, feed, plain=True),
        "onednn": by_paddle(prefix, feed, plain=False),
        "onnx": by_onnx(prefix, feed, opset),
    }


def by_paddle(prefix: str, feed: dict[str, Any], *, plain: bool) -> Any:
    from paddle import inference

    weights = Path(f"{prefix}.pdiparams")
    config = inference.Config(f"{prefix}.json", str(weights) if weights.exists() else "")
    config.disable_gpu()
    if plain:
        config.disable_mkldnn()
        config.switch_ir_optim(False)
    else:
        config.enable_mkldnn()
    predictor = inference.create_predictor(config)
    for name in predictor.get_input_names():
        handle = predictor.get_input_handle(name)
        handle.reshape(list(feed[name].shape))
        handle.copy_from_cpu(np.asarray(feed[name], order="C"))
    predictor.run()
    return predictor.get_output_handle(predictor.get_output_names()[0]).copy_to_cpu()


def by_onnx(prefix: str, feed: dict[str, Any], opset: int) -> Any:
    import onnxruntime
    import paddle2onnx

    weights = Path(f"{prefix}.pdiparams")
    file = f"{prefix}.onnx"
    paddle2onnx.export(f"{prefix}.json", str(weights) if weights.exists() else "", save_file=file,
                       opset_version=opset, optimize_tool="None")  # fmt: skip
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return session.run(None, feed)[0]


def row(name: str) -> str:
    """A line of the table; its last column says whether the defect is there."""
    code, make, feed, right, wrong = DEFECTS[name]
    with tempfile.TemporaryDirectory() as scratch:
        said = answers(name, Path(scratch))
    expected = right(**feed) if right else _after(said["plain"], feed["n"])
    expected = np.asarray(expected)
    side = wrong.split()[0]
    actual = said[side]
    cells = [name, f"`{make}`: `{code}`" if make else f"`{code}`", side]
    if expected.shape != actual.shape:
        return _line(
            [*cells, f"shape {list(expected.shape)}", f"shape {list(actual.shape)}", "differs"]
        )
    off = np.abs(expected - actual.astype(np.float64))
    off = np.where(
        np.isnan(off) & ~(np.isnan(expected) & np.isnan(actual)), np.inf, np.nan_to_num(off)
    )
    at = np.unravel_index(int(off.argmax()), off.shape)
    good = (
        "the same"
        if off[at] <= 1e-4 * max(1.0, float(np.abs(np.nan_to_num(expected)).max()))
        else "differs"
    )
    return _line([*cells, f"{float(expected[at]):.6g}", f"{float(actual[at]):.6g}", good])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(c.replace('|', '/') for c in cells)} |"


def main(names: list[str]) -> int:
    if names and names[0] == "--one":
        print(row(names[1]))
        return 0
    print("| operator | net | wrong side | numpy says | it says | |\n|---|---|---|---|---|---|")
    gone = 0
    for name in names or DEFECTS:
        # Each in a process of its own: Paddle aborts, and a heap that others used tells less.
        done = subprocess.run(
            [sys.executable, __file__, "--one", name], capture_output=True, text=True, check=False
        )
        line = next((one for one in done.stdout.splitlines() if one.startswith("| ")), "")
        gone += not line.endswith("differs |")
        print(line or _line([name, "", "", "", "", f"ended with {done.returncode}"]), flush=True)
    return int(gone > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
