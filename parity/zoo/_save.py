"""Save a Paddle layer as a static model. Runs in the worker process."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import paddle


def save(
    net: Any, into: Path, inputs: Mapping[str, tuple[int, ...]], *, dtype: str = "int64"
) -> None:
    """``inference.json`` and ``inference.pdiparams``.

    inputs: name -> shape of each input, -1 for what varies, in the order of the
    layer's arguments. dtype: of all of them.
    """
    net.eval()
    specs = [paddle.static.InputSpec(list(shape), dtype, name) for name, shape in inputs.items()]
    # Without full_graph the input specification is not used.
    static = paddle.jit.to_static(net, input_spec=specs, full_graph=True)
    paddle.jit.save(static, str(into / "inference"))
