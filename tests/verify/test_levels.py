"""Pictures that were resized have levels between the whole ones, which a cast to bytes loses."""

from dataclasses import replace

import numpy as np
import onnx
from onnx import TensorProto, helper

from parity.model.artifact import resolve
from parity.verify.request import Effort, Side
from parity.verify.run import verify
from tests.diagnose.ladder.small import FLOAT, model
from tests.verify.conftest import Bench

N = helper.make_node


def scaled(*, to_bytes: bool) -> onnx.ModelProto:
    """A picture of 0 to 255 to its mean by channel, over 255."""
    first = [N("Mul", ["image", "part"], ["small"])]
    if to_bytes:
        first = [
            N("Cast", ["image"], ["bytes"], to=TensorProto.UINT8),
            N("Cast", ["bytes"], ["whole"], to=FLOAT),
            N("Mul", ["whole", "part"], ["small"]),
        ]
    nodes = [*first, N("Conv", ["small", "weight"], ["edges"]), N("Abs", ["edges"], ["y"])]
    stored = {
        "part": np.asarray(1 / 255, np.float32),
        "weight": np.random.default_rng(0).normal(size=(2, 3, 3, 3)).astype(np.float32),
    }
    return model(
        nodes, {"image": (FLOAT, ["n", 3, "h", "w"])}, {"y": (FLOAT, ["n", 2, "u", "v"])}, stored
    )


def test_a_cast_to_bytes_is_found_in_a_boundary_feed(bench: Bench) -> None:
    candidate = scaled(to_bytes=True)
    made = bench.request(bench.save("bytes", candidate), effort=Effort(1, shrink_s=3))
    reference = Side(resolve(bench.save("scaled", scaled(to_bytes=False))), "ort")
    result = verify(replace(made, reference=reference))
    assert not result.verdict.passed
    assert result.minimal is not None
    assert "boundary" in result.minimal.example.label
    levels = result.minimal.feed["image"]
    assert (levels != np.rint(levels)).any()
