"""Whether a worthless candidate would have passed."""

from collections.abc import Iterable

from parity.compare.power import says_nothing, undiscriminating
from parity.compare.tolerance import DEFAULTS
from parity.errors import CaseError
from parity.model.formats.read import graph_of
from parity.model.rules.trace import Trace
from parity.plugins import unknown
from parity.verify.checks import Ran, Said


def after(ran: Ran) -> Said:
    """A finding for each output that says nothing, unless it says nothing of any model.

    A case accepts outputs that nothing moves, not ones whose tolerance hides what does.

    Not where something was found: that was noticed. Raises CaseError for an accepted output that
    there isn't.
    """
    found = ran.search.found
    pairs = ran.sides.pairing.names if ran.sides.pairing else {}
    for name in ran.request.accepted:
        if name not in pairs:
            raise CaseError(f"accepted: {unknown('output', name, pairs)}")
    if found.failing:
        return Said()
    names = found.power.outputs
    constant = _constant(ran, names)
    rounding = {n: m.rounding or 0.0 for n, m in found.rounding.items()}
    told = undiscriminating(found.power, rounding=rounding, constant=constant)
    usual = DEFAULTS[ran.request.precision]
    # What varies, and is drowned by the tolerance that somebody chose, is not what was accepted.
    accepted = {
        name: reason
        for name, reason in ran.request.accepted.items()
        if name in names and says_nothing(names[name], usual)
    }
    findings = [finding for finding in told if finding.output not in accepted]
    notes = [
        f"{name}: depends on no value of an input: the same for all feeds" for name in constant
    ]
    notes += [
        f"{f.output}: accepted although it says nothing: {accepted[f.output]}"
        for f in told
        if f.output in accepted
    ]
    return Said(tuple(findings), notes=tuple(notes))


def _constant(ran: Ran, names: Iterable[str]) -> list[str]:
    trace = Trace(graph_of(ran.request.reference.model.program))
    made = {output.name for output in trace.graph.outputs}
    return [n for n in names if n in made and not trace.roots(n, shapes=False)]
