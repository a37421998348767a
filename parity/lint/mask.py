"""Constants of attention masks that let through what they should hide.

A softmax gives a masked position the share exp(mask + its score - the largest score). That is zero
in FP32 from -104 on, where scores are alike; a score larger by g asks for g more. How large scores
get can't be told from a file: what is said here is what even equal scores need.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from parity.lint.about import About, Lint, called

KIND = "mask-weak"
LEAST = 104.0
"""exp(-104) is zero in FP32: below 1.4e-45, the smallest number that it has."""

_THROUGH = ("Add", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Expand", "Clip", "Div")
_BOOLEAN = ("Equal", "Not", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or")
_SHAPING = ("Cast", "Sub", "Unsqueeze", "Reshape", "Expand", "Identity", "Squeeze", "Mul", "Where")
_DEEPEST = 12


def look(about: About) -> Iterator[Lint]:
    """A lint for each node that makes a weak mask for a softmax."""
    seen: set[str] = set()
    for softmax in (n for n in about.nodes if n.op_type == "Softmax"):
        for node, value in _masks(about, softmax.input[0], _DEEPEST):
            if called(node) not in seen and 0 < -value < LEAST:
                seen.add(called(node))
                share = math.exp(value)
                yield Lint(
                    KIND, "warning", called(node),
                    f"{node.op_type}: a mask of {value:g} before {called(softmax)} leaves a masked "
                    f"position {share:.2g} of the weight of one with the same score, and all of it "
                    f"where its score is larger by {-value:g}",
                    "mask with -1e4, as ERNIE does, or with -65504 at most where FP16 is meant",
                )  # fmt: skip


def _masks(about: About, name: str, depth: int) -> Iterator[tuple[Any, float]]:
    """Nodes behind a tensor that make a mask of a constant, and the constant."""
    node = about.store.made_by.get(name)
    if node is None or depth == 0:
        return
    if node.op_type == "Where":
        for at in (1, 2):
            value = _lowest(about, node.input[at])
            if value is not None and value < 0:
                yield node, value
            else:
                yield from _masks(about, node.input[at], depth - 1)
    elif node.op_type == "Mul":
        for at, other in ((0, 1), (1, 0)):
            value = _lowest(about, node.input[at])
            if value is not None and value < 0 and _boolean(about, node.input[other], depth):
                yield node, value
    elif node.op_type in _THROUGH:
        for inner in node.input if node.op_type == "Add" else node.input[:1]:
            yield from _masks(about, inner, depth - 1)


def _lowest(about: About, name: str) -> float | None:
    array = about.constant(name)
    return None if array is None or not array.size else float(np.min(array))


def _boolean(about: About, name: str, depth: int) -> bool:
    """Whether a tensor is yes or no in numbers: of a comparison, or of a mask that is fed."""
    node = about.store.made_by.get(name)
    if node is None:
        return name in about.inputs()
    if node.op_type in _BOOLEAN:
        return True
    if depth == 0 or node.op_type not in _SHAPING:
        return False
    return any(_boolean(about, inner, depth - 1) for inner in node.input if inner)
