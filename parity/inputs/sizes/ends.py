"""The least and the most that axes take, between which they are moved in steps."""

from collections.abc import Callable, Sequence

from parity.inputs.sizes.asking import Asking
from parity.inputs.sizes.groups import Group
from parity.inputs.sizes.opened import SAMPLES, Opened
from parity.inputs.sizes.rule import Rule


def ends(group: Group, base: dict[str, int], asking: Asking) -> Rule:
    """The rule of a group's leading axis, by asking from below and from above."""
    size = base[group.lead]
    if not group.step:
        return Rule(least=size, most=size)
    step, rest = group.step, size % group.step
    axis = group.axes[0]
    low = 0 if axis.cache else min(axis.wanted[0], size)
    # Of what is linked the smallest decides.
    low = max(low, size - min(base[a.symbol] - (0 if a.cache else 1) for a in group.axes))
    below = [n for n in range(low, size + 1) if n % step == rest]

    def takes(n: int) -> bool:
        return asking.takes(group.at(n, base))

    least = _first(below, takes)
    rule = Rule(step, rest, least)
    tops = [n for n in rule.options(wanted(axis, rule)) if n > size]
    tops = [n for n in tops if asking.affords(group.at(n, base))]
    if axis.kind == "batch":
        return Rule(step, rest, least, max([size, *(n for n in tops if takes(n))]))
    if not tops or takes(tops[-1]):
        return rule
    above = [n for n in range(size, tops[-1] + 1) if n % step == rest]
    # The same from the other end: the last that is taken.
    return Rule(step, rest, least, _first(above[::-1], takes))


def wanted(axis: Opened, rule: Rule) -> tuple[int, ...]:
    """The sizes wanted of an axis under this rule; longer ones where it begins late."""
    if axis.cache and rule.least == 0:
        return (0, *axis.wanted)
    if axis.kind != "length" or rule.least <= axis.wanted[-1] // 2:
        return axis.wanted
    near = [rule.least + n for n in (0, 1, 2, 7, 16, 99)] + [2 * rule.least, 3 * rule.least]
    return tuple(sorted({*near, *(n for n in SAMPLES if n > rule.least)}))


def _first(ascending: Sequence[int], takes: Callable[[int], bool]) -> int:
    """The first that is taken, where all behind it are, too; the last is known to be."""
    low, high = 0, len(ascending) - 1
    if takes(ascending[0]):
        return ascending[0]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if takes(ascending[middle]) else (middle, high)
    return ascending[high]
