"""Which nets, opsets and exporters are meant."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from parity import plugins
from parity.errors import UsageError
from parity.exports._by import By, exporter
from parity.zoo.ops import catalogue
from parity.zoo.ops._net import Net

FIRST, LAST = 7, 21
"""What Paddle2ONNX 2.1 goes from and to."""


def chosen(pattern: str | None) -> list[Net]:
    """Nets by a pattern of their names, or a part of them. Raises UsageError for none."""
    nets = list(catalogue().values())
    if pattern is None:
        return nets
    found = [n for n in nets if fnmatchcase(n.name, pattern)]
    found = found or [n for n in nets if pattern in n.name]
    if not found:
        names = sorted({n.operator for n in nets})
        raise UsageError(plugins.unknown("net of the sweep, by operator,", pattern, names))
    return found


def opsets(text: str) -> tuple[int, ...]:
    """From "7-16" or "11,13". Raises UsageError."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not (first.isdigit() and (last or first).isdigit()):
            raise UsageError(f'opsets "{text}": write them as 13, 7-16 or 11,13')
        found |= {*range(int(first), int(last or first) + 1)}
    if not found or not all(FIRST <= opset <= LAST for opset in found):
        raise UsageError(f'opsets "{text}": they go from {FIRST} to {LAST}')
    return tuple(sorted(found))


def spans(found: Iterable[int]) -> str:
    """The other way round, shortly: "7-10,13"; "" for none."""
    made: list[list[int]] = []
    for opset in sorted(set(found) - {0}):
        if made and made[-1][1] == opset - 1:
            made[-1][1] = opset
        else:
            made.append([opset, opset])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in made)


def named(names: tuple[str, ...]) -> tuple[str, ...]:
    """Exporters by name.

    Raises UsageError for an unknown one, or one that reads no net, and ExportError for one that
    isn't installed: that all is refused would say nothing of it.
    """
    for name in names:
        module = exporter(By(name))
        if "pir" not in module.FORMATS:
            raise UsageError(f"exporter {name}: doesn't read Paddle 3's .json, which the nets are")
        module.installs(By(name))
    return tuple(dict.fromkeys(names))
