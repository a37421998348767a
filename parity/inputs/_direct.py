"""Ids that are fed whatever the plan: no text leads to them."""

from collections.abc import Sequence
from dataclasses import replace

from parity.errors import InputError
from parity.inputs import ids
from parity.inputs._limits import Limits
from parity.inputs._plan import Example, Plan
from parity.inputs.boundary.words import SUSPECTS
from parity.model.spec import TensorSpec, TokenIds

_FED_ALREADY = ("ids", "mixed")


def direct(specs: Sequence[TensorSpec], chosen: Plan, *, limits: Limits) -> list[Example]:
    """Feeds of the suspects in ``specs`` for a plan that doesn't feed ids itself."""
    suspicious = any(isinstance(s.domain, TokenIds) and s.domain.suspects for s in specs)
    if chosen.name in _FED_ALREADY or not suspicious:
        return []
    try:
        made = ids.plan(specs, limits=limits, tokenizer=None, seed=0)
    except InputError:
        # The check on rows tells what could not be fed.
        return []
    return [replace(e, plan=made) for e in made.boundary() if SUSPECTS in e.label]
