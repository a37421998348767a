"""Engines, exporters and what else comes as a plugin, of parity and of others."""

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from parity.plugins import own, unknown
from parity.shown import shown

KINDS = ("engines", "exports", "exports.variants", "inputs", "tasks", "zoo.builders")
"""Groups ``parity.KIND`` that parity reads."""

_PREFIX = "parity."


@dataclass(frozen=True)
class Plugin:
    """A plugin of somebody else's. value: the module that its entry point names.

    package: the distribution that brings it, with its version. wrong: why it can't be used, as far
    as its entry point alone tells; "" if that is well.
    """

    kind: str
    name: str
    value: str
    package: str
    wrong: str


def foreign() -> list[Plugin]:
    """Every entry point of a group that begins with ``parity.``; none is imported."""
    groups = sorted(g for g in entry_points().groups if g.startswith(_PREFIX))
    found = [_plugin(p) for group in groups for p in sorted(entry_points(group=group))]
    first: dict[tuple[str, str], Plugin] = {}
    for plugin in found:
        first.setdefault((plugin.kind, plugin.name), plugin)  # of two, the one that is used
    return list(first.values())


def _plugin(point: EntryPoint) -> Plugin:
    kind = point.group.removeprefix(_PREFIX)
    wrong = "" if kind in KINDS else unknown("kind of plugin", kind, KINDS)
    if not wrong and point.name in own(kind):
        wrong = f"parity has one of that name itself, which is taken: {kind} {point.name}"
    package = f"{point.dist.name} {point.dist.version}" if point.dist else ""
    return Plugin(kind, shown(point.name), shown(point.value), shown(package), shown(wrong))
