"""Width pruning as DynaBERT has it: whole attention heads and inner units of the feed-forward go.

What goes is what matters least. Compression with data ranks by gradients; without any, a head
counts for as much as its values and what is made of them can carry, and an inner unit for what
goes in times what comes out of it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.zoo.shapes import Ernie

Matrix = NDArray[np.float32]
State = Mapping[str, NDArray[Any]]

_LAYER = "ernie.encoder.layers.{}."


def is_whole(state: State, shape: Ernie) -> bool:
    """Whether a checkpoint still has all heads."""
    query = state.get(_LAYER.format(0) + "self_attn.q_proj.weight")
    return query is not None and query.shape[-1] == shape.hidden_size


def pruned(state: State, shape: Ernie) -> dict[str, NDArray[Any]]:
    """The parameters that are left of a whole network's.

    shape: of the pruned network. What is kept stays in its order.
    """
    made = dict(state)
    size = shape.hidden_size // shape.heads
    for number in range(shape.layers):
        layer = _LAYER.format(number)
        heads = _best(head_importance(state, layer, size), shape.kept_heads)
        columns = np.concatenate([np.arange(h * size, (h + 1) * size) for h in heads])
        for name in ("q_proj", "k_proj", "v_proj"):
            _take(made, f"{layer}self_attn.{name}.weight", columns, 1)
            _take(made, f"{layer}self_attn.{name}.bias", columns, 0)
        _take(made, f"{layer}self_attn.out_proj.weight", columns, 0)
        units = _best(unit_importance(state, layer), shape.ffn_size)
        _take(made, f"{layer}linear1.weight", units, 1)
        _take(made, f"{layer}linear1.bias", units, 0)
        _take(made, f"{layer}linear2.weight", units, 0)
    return made


def head_importance(state: State, layer: str, size: int) -> Matrix:
    """One number a head: the norm of its values' weights times that of its output's."""
    value = state[f"{layer}self_attn.v_proj.weight"]
    out = state[f"{layer}self_attn.out_proj.weight"]
    heads = value.shape[1] // size
    carried = np.linalg.norm(value.reshape(len(value), heads, size), axis=(0, 2))
    given = np.linalg.norm(out.reshape(heads, size, -1), axis=(1, 2))
    return np.asarray(carried * given, np.float32)


def unit_importance(state: State, layer: str) -> Matrix:
    """One number an inner unit of the feed-forward: the norms of what goes in and comes out."""
    taken = np.linalg.norm(state[f"{layer}linear1.weight"], axis=0)
    given = np.linalg.norm(state[f"{layer}linear2.weight"], axis=1)
    return np.asarray(taken * given, np.float32)


def _best(importance: Matrix, count: int) -> NDArray[np.int64]:
    """Places of the most important, ascending; of equals the earlier."""
    order = np.argsort(-importance, kind="stable")[:count]
    return np.sort(order).astype(np.int64)


def _take(state: dict[str, NDArray[Any]], name: str, places: NDArray[np.int64], axis: int) -> None:
    state[name] = np.ascontiguousarray(state[name].take(places, axis))
