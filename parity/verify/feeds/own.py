"""The user's own feeds: read, and put beside the plan."""

from dataclasses import dataclass

from parity.inputs import Example, Plan
from parity.inputs.feeds import SeededPlan, load
from parity.model.spec import Signature
from parity.verify.request import Request


@dataclass(frozen=True)
class Brought:
    """plan: the one that was chosen, with changes of the feeds in it. examples: the feeds as
    they are, to be run first. notes: lines for a person.
    """

    plan: Plan
    examples: tuple[Example, ...] = ()
    notes: tuple[str, ...] = ()


def brought(request: Request, inferred: Signature, chosen: Plan) -> Brought:
    """What the request says of own feeds. Raises InputError for one that is no feed."""
    if not request.feeds:
        return Brought(chosen)
    own, notes = load(request.feeds, inferred.inputs, picture=request.picture)
    seeded = SeededPlan(chosen, tuple(own), inferred.inputs)
    return Brought(seeded, tuple(seeded.feeds()), tuple(notes))
