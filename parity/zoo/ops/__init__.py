"""Small Paddle nets, one for every thing that an exporter can get wrong about an operator.

One file a family, all of it data: a net is a line of Paddle and what its inputs are. Nothing here
imports Paddle but ``_build``, which runs in a process of its own.
"""

from functools import cache

from parity import plugins
from parity.zoo.ops._net import Net

FAMILIES = (
    "activations", "arithmetic", "casts", "compare", "compose", "conv", "creation", "control",
    "index", "linalg", "moves", "norms", "pads", "pools", "recurrent", "reduces", "resizes",
    "sorts", "vision",
)  # fmt: skip
"""Files of this folder; each has ``NETS``."""


@cache
def catalogue() -> dict[str, Net]:
    """All nets by name, families in order. Raises ValueError if two bear one name."""
    found: dict[str, Net] = {}
    for family in FAMILIES:
        nets: tuple[Net, ...] = plugins.load("zoo.ops", family).NETS
        for net in nets:
            if net.name in found:
                raise ValueError(f"two nets are called {net.name}")
            found[net.name] = net
    return found


def family_of(name: str) -> str:
    """The family of a net: "conv" of "conv/conv2d-nhwc"."""
    return name.partition("/")[0]
