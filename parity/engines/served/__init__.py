"""Ways to ask a served model: what they have in common, and one file a protocol's transport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from parity.errors import EngineError
from parity.model.tensors import Array, Feed, Outputs


@dataclass(frozen=True)
class State:
    """Whether a server, or a model of it, is ready. missing: whether there is none of the name.

    said: what it complains of, "" for nothing; it begins with a comma.
    """

    ready: bool
    said: str = ""
    missing: bool = False


class Transport(Protocol):
    """Asks one model of one server. What can't be reached raises OSError, of any kind."""

    place: str
    """The server's address, for a person."""

    def server_ready(self) -> State:
        """Whether the server is."""

    def model_ready(self) -> State:
        """Whether the model is."""

    def server(self) -> str:
        """Name and version of the server, as far as it tells; "" where it doesn't."""

    def metadata(self) -> Mapping[str, Any]:
        """What the model takes and gives: ``inputs``, ``outputs``, ``versions``, ``platform``."""

    def infer(self, feed: Feed, outputs: tuple[str, ...]) -> Outputs:
        """The answer to one feed, whose arrays are in the types that the model takes."""

    def close(self) -> None:
        """Hang up."""


TYPES = {
    "BOOL": "bool", "FP16": "float16", "FP32": "float32", "FP64": "float64",
    **{f"{sign}INT{bits}": f"{sign.lower()}int{bits}"
       for sign in ("", "U") for bits in (8, 16, 32, 64)},
}  # fmt: skip
"""Numpy's name of each type of the protocol that holds numbers."""

NAMES = {dtype: name for name, dtype in TYPES.items()}

Tensor = tuple[str, str, "tuple[int | None, ...] | None"]
"""Name, numpy's type, and shape; None for a dim that is open, or a shape that isn't told."""


def tensors(told: Mapping[str, Any], key: str) -> list[Tensor]:
    """The tensors of a model's metadata.

    Raises EngineError, in one line, for what can't be read, for a name that is there twice, and for
    a type that holds no numbers, as strings do.
    """
    try:
        found = [(str(t["name"]), str(t.get("datatype")), t.get("shape")) for t in told[key]]
        shaped = [(name, kind, _shape(shape)) for name, kind, shape in found]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EngineError(f"the server's metadata has no {key} that can be read") from error
    single = key.removesuffix("s")
    names = [name for name, _, _ in shaped]
    for name, kind, _ in shaped:
        if names.count(name) > 1:
            raise EngineError(f'the server\'s metadata has {single} "{name}" twice')
        if kind not in TYPES:
            what = "strings (BYTES)" if kind == "BYTES" else kind
            raise EngineError(
                f'{single} "{name}" is of {what}; numbers alone can be compared '
                f"({', '.join(TYPES)})"
            )
    return [(name, TYPES[kind], shape) for name, kind, shape in shaped]


def _shape(shape: Any) -> tuple[int | None, ...] | None:
    if shape is None:
        return None
    return tuple(None if int(d) < 0 else int(d) for d in shape)


def shaped(name: str, values: Any, dtype: str, shape: Any) -> Array:
    """An array of an answer. Raises ValueError where its numbers don't fill its shape."""
    import numpy as np

    try:
        made: Array = np.asarray(values, dtype).reshape(tuple(int(d) for d in shape))
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"output {name}: {error}") from error
    return made
