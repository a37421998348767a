"""Which plan is for which model."""

from collections.abc import Sequence
from typing import cast

from parity import plugins
from parity.errors import InputError
from parity.inputs._learned import learning
from parity.inputs._limits import Limits
from parity.inputs._plan import Plan
from parity.inputs.tokenizers import Tokenizer
from parity.model.spec import TensorSpec, TokenIds


def plan(
    specs: Sequence[TensorSpec],
    *,
    limits: Limits | None = None,
    tokenizer: Tokenizer | None = None,
    kind: str | None = None,
    seed: int = 0,
) -> Plan:
    """The plan for a model with these inputs.

    kind: a plugin of ``inputs``; None chooses: text and ids when there is a
        tokenizer and an id input, since text can't reach every id; ids when
        there is no tokenizer; else tensors.
    seed: of the pseudo-random values in the boundary feeds.

    Raises InputError when no meaningful feed can be made and says why, and
    UsageError for an unknown kind.
    """
    if not specs:
        raise InputError("the model has no inputs: there is nothing to feed")
    limits = limits or Limits()
    specs = tuple(specs)
    if kind is None:
        ids = [s for s in specs if isinstance(s.domain, TokenIds)]
        # A text makes one row of ids; where it goes with two id inputs is unknown.
        plain = len(ids) == 1 and len(ids[0].shape) == 2
        kind = "tensors" if not ids else "mixed" if tokenizer and plain else "ids"
    module = plugins.load("inputs", kind)
    make = getattr(module, "plan", None)
    if not callable(make):
        raise InputError(f'input kind "{kind}" has no function "plan"')

    def within(bounds: Limits) -> Plan:
        return cast(Plan, make(specs, limits=bounds, tokenizer=tokenizer, seed=seed))

    return learning(within(limits), specs, limits, within)
