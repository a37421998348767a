"""Constants that FP16 can't hold: beyond 65,504, or so small that they become zero.

In a file in FP16 what is left of them; in one in FP32 what would become of them.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from parity.lint.about import About, Lint, attributes, called
from parity.model.tensors import Array

LARGEST = 65504.0
SMALLEST = 2.0**-24  # 5.96e-8, the least step that FP16 has; half of that is zero

UNBOUNDED = 3.4e38
"""FP32's largest stands for no bound at all, as the limit of a Clip."""

OVERFLOWS, FLUSHES = "fp16-overflows", "fp16-flushes"
_BOUNDS = ("Clip", "Min", "Max")
"""Nothing is added to a limit."""

_ROOTS = ("Sqrt", "Pow", "Reciprocal", "Log", "Div", "Rsqrt")


def look(about: About) -> Iterator[Lint]:
    """A lint for each constant."""
    for name, array in about.small():
        if array.dtype == np.float16:
            yield from _lowered(about, name, array.astype(np.float64))
        elif not about.half:
            yield from _would(about, name, array.astype(np.float64))
    if not about.half:
        yield from _epsilons(about)


def _lowered(about: About, name: str, array: Array) -> Iterator[Lint]:
    """Of a constant in FP16."""
    largest = float(np.abs(array).max())
    if not largest < LARGEST and not all(r.op_type in _BOUNDS for r in about.readers(name)):
        what = "infinity" if np.isinf(largest) else f"{LARGEST:g}, the largest there is"
        yield Lint(
            OVERFLOWS, "warning", _where(about, name),
            f"a constant of {what} in FP16; a sum with it is infinite, and a row of which all is "
            "masked becomes NaN",
            "keep that node in FP32 (`keep` in the case), or take a smaller one: -1e4 for a mask",
        )  # fmt: skip
    if largest <= SMALLEST and _guards(about, name):
        what = "zero" if largest == 0 else f"{largest:.3g}"
        yield Lint(
            FLUSHES, "warning" if largest == 0 else "note", _where(about, name),
            f"a constant of {what} in FP16 is added before a root or a division: an epsilon below "
            "what FP16 holds, so that it guards nothing or is another than it was",
            "keep that node in FP32 (`keep` in the case), or train with an epsilon of 1e-5",
        )  # fmt: skip


def _would(about: About, name: str, array: Array) -> Iterator[Lint]:
    """Of a constant in FP32, were it lowered."""
    finite = np.abs(array[np.isfinite(array)])
    finite = finite[finite < UNBOUNDED]
    if finite.size and finite.max() > LARGEST:
        yield Lint(
            OVERFLOWS, "note", _where(about, name),
            f"a constant of {finite.max():g} is beyond FP16's {LARGEST:g}",
            "before lowering to FP16, take a smaller one (-1e4 for a mask) or keep it in FP32",
        )  # fmt: skip
    above = finite[finite > 0]
    if above.size and above.max() < SMALLEST / 2:
        yield Lint(
            FLUSHES, "note", _where(about, name),
            f"a constant of {above.max():g} is zero in FP16",
            "before lowering it to FP16, keep the node in FP32; parity's own FP16 takes 5.96e-8",
        )  # fmt: skip


def _epsilons(about: About) -> Iterator[Lint]:
    for node in about.nodes:
        found = attributes(node).get("epsilon") if node.op_type.endswith("Normalization") else None
        if isinstance(found, float) and 0 < found < SMALLEST / 2:
            yield Lint(
                FLUSHES, "note", called(node),
                f"{node.op_type}: its epsilon of {found:g} is zero where a kernel computes in FP16",
                "on a GPU in FP16, keep the node in FP32",
            )  # fmt: skip


def _guards(about: About, name: str) -> bool:
    """Whether it is added to what a root or a division takes next."""
    return any(
        node.op_type == "Add"
        and any(r.op_type in _ROOTS for r in about.readers(node.output[0]) if _feeds(r, node))
        for node in about.readers(name)
    )


def _feeds(reader: Any, node: Any) -> bool:
    """Of a division only what it divides by."""
    return bool(reader.op_type != "Div" or reader.input[1] == node.output[0])


def _where(about: About, name: str) -> str:
    readers = about.readers(name)
    return called(readers[0]) if readers else name
