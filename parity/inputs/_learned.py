"""A plan whose sizes are learned from the reference before anything is compared."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from parity.inputs._limits import Limits
from parity.inputs._plan import Example, Plan, ScriptedPlan
from parity.inputs._source import Choice, ScriptedSource
from parity.inputs.numbers import shape, values
from parity.inputs.sizes import Answer, Sizes, learn
from parity.inputs.sizes.asking import Assignment
from parity.inputs.sizes.opened import BATCH, Opened
from parity.model.spec import AttentionMask, Lengths, SegmentIds, TensorSpec, TokenIds

_TOKENS = TokenIds | SegmentIds | Lengths | AttentionMask

Make = Callable[[Limits], Plan]
"""The plan within limits."""


def learning(made: Plan, specs: Sequence[TensorSpec], limits: Limits, make: Make) -> Plan:
    """The same plan, with ``learn`` where there are sizes to be learned.

    make: the plan anew, with what was learned among the limits. Axes that rows of tokens settle
    are not asked about, so a text model without other inputs has nothing to learn.
    """
    free = [s for s in specs if not isinstance(s.domain, _TOKENS)]
    tokens = [s for s in specs if isinstance(s.domain, TokenIds)]
    settled = {axis for s in tokens for axis in s.shape if isinstance(axis, str)}
    axes = [a for a in shape.axes(free, limits) if a.symbol not in settled or a.kind == BATCH]
    if not isinstance(made, ScriptedPlan):
        return made
    if tokens and not any(a.symbol not in settled for a in axes):
        return made

    def run(ask: Callable[[Example], Answer]) -> tuple[Plan, tuple[str, ...]]:
        sizes, notes = learn(
            free, axes, lambda at: ask(_probe(at, free, axes, limits, make)), least=limits.least
        )
        return make(_within(limits, sizes)), notes

    return replace(made, learn=run)


def _within(limits: Limits, sizes: Sizes) -> Limits:
    """Limits with what was learned; the rows of tokens know of no rule but their number."""
    batch = sizes.rules.get(BATCH)
    most = limits.max_batch if batch is None or batch.most is None else batch.most
    return replace(limits, sizes=sizes, max_batch=max(1, min(most, limits.max_batch)))


def _probe(
    at: Assignment, free: Sequence[TensorSpec], axes: Sequence[Opened], limits: Limits, make: Make
) -> Example:
    """A plain feed of these sizes."""
    chosen = make(replace(limits, sizes=Sizes(together=(at,))))
    answers: dict[str, Sequence[Choice]] = {}
    for number, spec in enumerate(free):
        answers |= values.look(spec, 0, number + 1)[1]
    rows = max((at[a.symbol] for a in axes if a.kind == BATCH), default=1)
    answers["more rows"] = [True] * (rows - 1)
    said = ", ".join(f"{symbol} {size}" for symbol, size in at.items())
    return chosen.build(ScriptedSource(answers), f"probe: {said}")
