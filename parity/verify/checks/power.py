"""Whether a worthless candidate would have passed."""

from collections.abc import Iterable

from parity.compare.power import undiscriminating
from parity.compare.rounding import BEYOND
from parity.model.read import graph_of
from parity.model.rules.trace import Trace
from parity.verify.checks import Ran, Said


def after(ran: Ran) -> Said:
    """A finding for each output that says nothing, unless it says nothing of any model.

    Not where something was found: that was noticed.
    """
    found = ran.search.found
    if found.failing:
        return Said()
    names = found.power.outputs
    constant = _constant(ran, names)
    rounding = {n: BEYOND * (m.rounding or 0.0) for n, m in found.rounding.items()}
    findings = [
        finding
        for finding in undiscriminating(found.power, rounding=rounding, constant=constant)
        if finding.output not in ran.request.accepted
    ]
    notes = [
        f"{name}: depends on no value of an input: the same for all feeds" for name in constant
    ]
    notes += [
        f"{name}: accepted although it says nothing: {ran.request.accepted[name]}"
        for name in names
        if name in ran.request.accepted
    ]
    return Said(tuple(findings), notes=tuple(notes))


def _constant(ran: Ran, names: Iterable[str]) -> list[str]:
    trace = Trace(graph_of(ran.request.reference.model.program))
    made = {output.name for output in trace.graph.outputs}
    return [n for n in names if n in made and not trace.roots(n, shapes=False)]
