"""What is left on both sides when all pairs are found."""

from collections.abc import Iterator, Sequence

import numpy as np

from parity.compare.weights.partners import fits
from parity.model.lowered.parameters import Parameter
from parity.model.lowered.store import Store
from parity.model.lowered.weight import Weight
from parity.written.judge import Judge
from parity.written.said import WeightSaid


def constants(
    weights: Sequence[Weight], missing: Sequence[Parameter], known: Sequence[Parameter],
    store: Store | None,
) -> Iterator[tuple[Weight, WeightSaid]]:  # fmt: skip
    """Masks of padding rows, and what was only reshaped."""
    lost = list(missing)
    for weight in weights:
        told = _mask(weight, known, store) or _reshaped(weight, lost)
        if told is not None:
            lost = [p for p in lost if p.name != told.reference]
            yield weight, told


def rest(
    weights: Sequence[Weight], missing: Sequence[Parameter], judge: Judge
) -> Iterator[WeightSaid]:
    """What must be each other's, since nothing else is left; then extra and missing."""
    free, lost = list(weights), list(missing)
    for weight, parameter in list(_only(free, lost)):
        free = [w for w in free if w is not weight]
        lost = [p for p in lost if p is not parameter]
        yield judge.judge(weight, parameter, fits(weight, parameter)[0])
    yield from _extra(free)
    for parameter in lost:
        shape = f"{parameter.values.dtype} {list(parameter.shape)}"
        yield WeightSaid("", parameter.name, "missing", of=parameter.values.size, detail=shape)


def _extra(free: Sequence[Weight]) -> Iterator[WeightSaid]:
    """One for each stored tensor, though it was looked at in parts."""
    whole: dict[str, list[Weight]] = {}
    for weight in free:
        whole.setdefault(weight.name.split("[:, ")[0], []).append(weight)
    for name, held in whole.items():
        size = sum(weight.values.size for weight in held)
        detail = _facts(held[0]) if len(held) == 1 else f"{held[0].dtype}, {size} elements"
        yield WeightSaid(name, "", "extra", of=size, detail=detail)


def _facts(weight: Weight) -> str:
    return f"{weight.dtype} {list(weight.shape)}"


def _mask(weight: Weight, known: Sequence[Parameter], store: Store | None) -> WeightSaid | None:
    """Ones, but for a row of zeros: how Paddle2ONNX makes a padding row."""
    if store is None or weight.quantised or len(weight.shape) < 2:
        return None
    tables = [
        p
        for p in known
        if p.zero_row is not None and p.shape == weight.shape and _multiplies(store, weight.name)
    ]
    if not tables:
        return None
    for table in tables:
        row = table.zero_row or 0
        if _ones_but(weight, row):
            detail = f"row {row}, padding, of {table.name}"
            return WeightSaid(weight.name, table.name, "equal", detail=detail)
    held = np.asarray(weight.values)
    off = held != 1
    if off.mean() > _MOSTLY:
        return None
    table = tables[0]
    off[table.zero_row] = held[table.zero_row] != 0
    row, column = map(int, np.unravel_index(int(np.argmax(off)), off.shape))
    expected = float(row != table.zero_row)
    return WeightSaid(
        weight.name, table.name, "changed", int(off.sum()), held.size,
        float(abs(held[row, column] - expected)), (row, column), expected,
        float(held[row, column]), "is the mask of its padding row, and changed",
    )  # fmt: skip


_ROWS = 512  # at a time

_MOSTLY = 0.5  # share of other numbers from which on it is no mask


def _multiplies(store: Store, name: str) -> bool:
    return any(node.op_type == "Mul" for node in store.read_by.get(name, ()))


def _ones_but(weight: Weight, row: int) -> bool:
    if np.asarray(weight.values[row]).any():
        return False
    chunks = range(0, weight.rows, _ROWS)
    ones = sum(int((weight.values[at : at + _ROWS] == 1).sum()) for at in chunks)
    return ones == weight.values.size - weight.columns


def _reshaped(weight: Weight, lost: Sequence[Parameter]) -> WeightSaid | None:
    if weight.quantised:
        return None
    for parameter in lost:
        same = parameter.values.size == weight.values.size
        if same and np.array_equal(parameter.values.reshape(-1), weight.values.reshape(-1)):
            return WeightSaid(weight.name, parameter.name, "equal", detail="reshaped")
    return None


def _only(free: Sequence[Weight], lost: Sequence[Parameter]) -> Iterator[tuple[Weight, Parameter]]:
    """A parameter and a weight that are each other's only fit."""
    for parameter in lost:
        fitting = [w for w in free if fits(w, parameter)]
        if len(fitting) == 1 and sum(bool(fits(fitting[0], p)) for p in lost) == 1:
            yield fitting[0], parameter
