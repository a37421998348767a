"""What a net is: its code, its layers, its inputs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parity.zoo.ops._takes import Takes, takes


@dataclass(frozen=True)
class Net:
    """One net.

    name: "family/operator-variant". code: an expression in ``paddle``, ``nn``, ``F``, the inputs
    by their names, and ``m``, which gives one tensor or several. make: an expression that makes
    ``m``, a layer or a list of them; "" for none. inputs: by name, in order, what each takes.
    """

    name: str
    code: str
    inputs: tuple[tuple[str, Takes], ...]
    make: str = ""

    @property
    def operator(self) -> str:
        """What a heat map has a row for: "conv/conv2d" of "conv/conv2d-nhwc"."""
        return self.name.partition("-")[0]


def nets(family: str, text: str, **values: str) -> tuple[Net, ...]:
    """Nets from a table, one a line: ``NAME | CODE | INPUT: TAKES; … [| MAKE]``.

    An empty INPUTS column is that of the line before. ``#`` begins a comment. values: for
    ``{name}`` in the table, what is too long for a line.
    """
    return tuple(_rows(family, text, values))


def _rows(family: str, text: str, values: dict[str, str]) -> Iterator[Net]:
    before = ""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        for name, value in values.items():
            line = line.replace("{" + name + "}", value)
        name, code, inputs, *make = (part.strip() for part in re.split(r"\s\|(?=\s)", f"{line} "))
        before = inputs or before
        yield Net(f"{family}/{name}", code, _inputs(before), make[0] if make else "")


def _inputs(text: str) -> tuple[tuple[str, Takes], ...]:
    found = []
    for part in text.split(";"):
        name, _, rest = part.partition(":")
        found.append((name.strip(), takes(rest)))
    return tuple(found)
