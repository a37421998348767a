"""Weights for a network: a user's checkpoint, or invented ones. Runs in the worker process."""

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from numpy.typing import NDArray
from safetensors.numpy import load_file

from parity.errors import ZooError

State = Mapping[str, NDArray[Any]]
Scale = Callable[[str, tuple[int, ...]], tuple[float, float]]
LISTED = 6  # names in one error line; the rest are counted


def read(path: Path) -> dict[str, NDArray[Any]]:
    """Name -> array of a ``.safetensors`` or ``.pdparams`` file. Raises ZooError."""
    readers: dict[str, Callable[[], Any]] = {
        ".safetensors": lambda: load_file(path),
        ".pdparams": lambda: paddle.load(str(path), return_numpy=True),
    }
    if path.suffix not in readers:
        raise ZooError(f"{path}: weights are .pdparams or .safetensors, not {path.suffix or path}")
    try:
        state = readers[path.suffix]()
    except Exception as error:  # a damaged pickle can raise anything
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise ZooError(f"{path}: can't be read as {path.suffix}: {reason}") from error
    if not isinstance(state, dict) or not state:
        raise ZooError(f"{path}: holds no parameters")
    # Paddle adds this one to say how the others are named in a program.
    state.pop("StructuredToParameterName@@", None)
    return {str(name): np.asarray(value) for name, value in state.items()}


def assign(net: Any, state: State, where: object) -> None:
    """Set every parameter of the network, and use every array of the state.

    Raises ZooError that lists what is missing, unexpected, of another shape, not
    floating-point or not finite. 16-bit floats are widened.
    """
    own = dict(net.named_parameters())  # state_dict names a GRU's twice
    wrong = [
        _list("missing", [n for n in own if n not in state]),
        _list("unexpected", [n for n in state if n not in own]),
        _list(
            "of another shape",
            [
                f"{n} {tuple(state[n].shape)}, expected {tuple(own[n].shape)}"
                for n in own
                if n in state and tuple(state[n].shape) != tuple(own[n].shape)
            ],
        ),
        _list("not finite floats", [n for n in own if n in state and not _finite(state[n])]),
    ]
    if any(wrong):
        raise ZooError(f"{where}: weights don't fit: {'; '.join(filter(None, wrong))}")
    for name, value in own.items():
        value.set_value(np.ascontiguousarray(state[name], dtype=np.float32))


def invent(net: Any, seed: int, scale: Scale) -> State:
    """Normal random weights, the same for a seed on every machine and in every order.

    scale: name, shape -> (mean, standard deviation) of a parameter.
    """
    state = {}
    for name, value in net.named_parameters():
        shape = tuple(value.shape)
        mean, deviation = scale(name, shape)
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        drawn = rng.standard_normal(shape, dtype=np.float32)
        state[name] = drawn * np.float32(deviation) + np.float32(mean)
    return state


def _finite(value: NDArray[Any]) -> bool:
    return bool(np.issubdtype(value.dtype, np.floating) and np.isfinite(value).all())


def _list(what: str, names: list[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"{len(names)} {what}: {', '.join(names[:LISTED])}{more}"
