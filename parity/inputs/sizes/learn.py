"""Learn from the reference which sizes it takes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from parity.errors import InputError
from parity.inputs.sizes.asking import Answer, Ask, Asking, Assignment
from parity.inputs.sizes.ends import ends, wanted
from parity.inputs.sizes.first import first
from parity.inputs.sizes.groups import Group, groups
from parity.inputs.sizes.opened import Opened, elements
from parity.inputs.sizes.rule import Rule
from parity.inputs.sizes.sizes import Link, Sizes
from parity.model.spec import TensorSpec, extents

__all__ = ["Answer", "Ask", "learn"]

_JOINT = 4  # random sizes with which a rule is tried
_POOL = 24  # tried where no rule holds


def learn(
    specs: Sequence[TensorSpec], axes: Sequence[Opened], ask: Ask, *, least: Assignment
) -> tuple[Sizes, tuple[str, ...]]:
    """The sizes of these open axes of inputs, and a line for each rule that was found.

    least: by symbol what is known to be needed; less isn't tried.

    Raises InputError, with the last cause, if the reference takes none.
    """
    said = extents(specs)

    def allows(symbol: str, size: int) -> bool:
        rule = said.get(symbol)
        return size >= least.get(symbol, 0) and (rule is None or rule.allows(size))

    fixed = [n for s in specs for n in s.shape if isinstance(n, int) and n > 1]
    asking = Asking(ask, lambda sizes: elements(specs, sizes), allows)
    base = first(axes, asking, fixed)
    if base is None:
        if len(asking.causes) == 1:
            return Sizes(), ()  # always the same: it isn't the size that it minds
        raise InputError(
            f"the reference refuses all of {asking.asked} feeds of different sizes, the last with: "
            f"{asking.last}"
        )
    found = groups(axes, base, asking)
    rules = {g.lead: ends(g, base, asking) for g in found}
    links = {
        a.symbol: Link(g.lead, base[a.symbol] - base[g.lead]) for g in found for a in g.axes[1:]
    }
    sizes = Sizes(rules, links)
    notes = [*_ties(found, base), *_rules(found, rules, least)]
    if not _hold(found, rules, base, asking):
        sizes = replace(sizes, together=_pool(found, rules, base, asking))
        notes.append(
            f"sizes: those of different axes hang together; {len(sizes.together)} combinations "
            "are fed that the reference takes"
        )
    return sizes, tuple(notes)


def _draw(
    found: Sequence[Group],
    rules: dict[str, Rule],
    base: dict[str, int],
    random: np.random.Generator,
) -> dict[str, int]:
    sizes = dict(base)
    for group in found:
        options = rules[group.lead].options(wanted(group.axes[0], rules[group.lead]))
        sizes |= _moved(group, int(random.choice(options)), base)
    return sizes


def _moved(group: Group, size: int, base: dict[str, int]) -> dict[str, int]:
    return {a.symbol: group.at(size, base)[a.symbol] for a in group.axes}


def _hold(
    found: Sequence[Group], rules: dict[str, Rule], base: dict[str, int], asking: Asking
) -> bool:
    """Whether what was learned of each axis alone holds for all of them at once."""
    if sum(not rules[g.lead].fixed for g in found) < 2:
        return True
    least: dict[str, int] = {}
    for group in found:
        options = rules[group.lead].options(wanted(group.axes[0], rules[group.lead]))
        least |= _moved(group, options[0], base)
    random = np.random.default_rng(1)
    tried = [least, *(_draw(found, rules, base, random) for _ in range(_JOINT))]
    return all(asking.takes(s) for s in tried if asking.affords(s))


def _pool(
    found: Sequence[Group], rules: dict[str, Rule], base: dict[str, int], asking: Asking
) -> tuple[Assignment, ...]:
    random = np.random.default_rng(2)
    for _ in range(_POOL):
        asking.takes(_draw(found, rules, base, random))
    return tuple(sorted(asking.ran, key=lambda s: (asking.cost(s), sorted(s.items()))))


def _ties(found: Sequence[Group], base: dict[str, int]) -> list[str]:
    notes = []
    for group in found:
        for axis in group.axes[1:]:
            by = base[axis.symbol] - base[group.lead]
            more = f", {by:+d}" if by else ""
            notes.append(
                f"{_named(axis)}: as large as {_named(group.axes[0])}{more}, learned: the "
                "reference refuses others"
            )
    return notes


def _rules(found: Sequence[Group], rules: dict[str, Rule], least: Assignment) -> list[str]:
    notes = []
    for group in found:
        rule = rules[group.lead]
        axis = group.axes[0]
        usual = Rule(least=rule.least) if rule.least <= axis.wanted[0] else Rule()
        if axis.kind == "batch":
            usual = Rule(most=axis.wanted[-1])
        if group.lead in least and rule == Rule(least=least[group.lead]):
            notes.append(f"{_named(axis)}: {rule}, which its convolutions need")
        elif rule != usual:
            notes.append(f"{_named(axis)}: {rule}, learned: the reference refuses others")
    return notes


def _named(axis: Opened) -> str:
    return "batch" if axis.kind == "batch" else str(axis)
