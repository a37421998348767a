"""Inputs that held one and the same value in all feeds: nothing shows that they are read."""

from parity.compare.warned import InputNotVaried, Warned
from parity.model.spec import PositionIds, SegmentIds, TensorSpec
from parity.verify.checks import Ran, Said


def after(ran: Ran) -> Said:
    """A warning for each; a note where the plan was chosen to be so."""
    warnings: list[Warned] = []
    notes: list[str] = []
    if not ran.search.found.tally.examples:
        return Said()
    for spec in ran.signature.inputs:
        value = ran.search.found.fed.only(spec.name)
        if value is None or spec.name in ran.signature.unread or _single(spec):
            continue
        if ran.plan.name == "text" and isinstance(spec.domain, SegmentIds | PositionIds):
            notes.append(f"{spec.name}: {value:g} in all feeds, as text makes it")
        else:
            warnings.append(InputNotVaried(spec.name, value))
    return Said(warnings=tuple(warnings), notes=tuple(notes))


def _single(spec: TensorSpec) -> bool:
    """Whether an input takes one value only, by its table."""
    return isinstance(spec.domain, SegmentIds) and spec.domain.kinds == 1
