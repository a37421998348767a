"""Save a net as a static Paddle model. Runs in a process of its own, which it leaves static."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from paddle import nn
from paddle.nn import functional

Described = dict[str, Any]
"""A net as JSON: name, code, make, and inputs as lists of name, dtype, open shape."""


def save(net: Described, prefix: str) -> None:
    """``PREFIX.json`` and ``PREFIX.pdiparams``; the same bytes for the same net.

    Raises what Paddle does where the net makes no sense.
    """
    paddle.enable_static()
    seed = int.from_bytes(hashlib.sha256(net["name"].encode()).digest()[:4], "big")
    paddle.seed(seed % 2**31)
    main, start, scope = paddle.static.Program(), paddle.static.Program(), paddle.static.Scope()
    place = paddle.CPUPlace()
    with (
        paddle.static.scope_guard(scope),
        paddle.utils.unique_name.guard(),
        paddle.static.program_guard(main, start),
    ):
        taken = [paddle.static.data(n, shape, dtype) for n, dtype, shape in net["inputs"]]
        known = {"paddle": paddle, "nn": nn, "F": functional, "np": np}
        known |= {t.name: t for t in taken}
        if net["make"]:
            known["m"] = made = eval(net["make"], known)  # noqa: S307  our own data
            for layer in made if isinstance(made, list) else [made]:
                layer.eval()
        found = eval(net["code"], known)  # noqa: S307
        given = list(_flat(found))
        runs = paddle.static.Executor(place)
        runs.run(start)
        _told(scope, main, np.random.default_rng(seed))
        Path(prefix).parent.mkdir(parents=True, exist_ok=True)
        paddle.static.save_inference_model(prefix, taken, given, runs, program=main)


def _flat(found: Any) -> Any:
    if isinstance(found, (tuple, list)):
        for one in found:
            yield from _flat(one)
    else:
        yield found


def _told(scope: Any, main: Any, rng: np.random.Generator) -> None:
    """Give parameters values of their own: what is all ones or zeros would hide a fault."""
    for parameter in main.global_block().all_parameters():
        tensor = scope.find_var(parameter.name).get_tensor()
        values = np.array(tensor)
        if values.size and values.dtype.kind == "f" and np.ptp(values) == 0:
            moved = 0.5 * rng.random(values.shape) if values.flat[0] == 1 else 0.0
            moved = moved + (0.3 * rng.standard_normal(values.shape) if not values.any() else 0)
            tensor.set((values + moved).astype(values.dtype), paddle.CPUPlace())
