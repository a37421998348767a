"""The id that a model treats as padding."""

from dataclasses import dataclass

from parity.model.rules.effect import Effect, attention, effects
from parity.model.rules.lookups import Lookup
from parity.model.rules.trace import Trace

_COMPARES = ("equal", "not_equal", "greater")


@dataclass(frozen=True)
class Padding:
    """A pad id, whether the attention mask comes from it, and why it was concluded."""

    pad: int
    masked: bool
    reason: str


def padding(trace: Trace, name: str, tables: list[Lookup]) -> Padding | None:
    """The pad id of an ids input: by its mask, else its table, else a mask that multiplies."""
    masks = list(_compared(trace, name))
    for constant, op, found in masks:
        ends = attention(found)
        if ends and (ends.one < ends.zero) == (op == "equal"):
            return Padding(
                constant,
                True,
                f"pad id {constant}, since {op}({name}, {constant}) makes the attention mask",
            )
    for lookup in tables:
        if lookup.padding is not None and lookup.padding < lookup.rows:
            return Padding(
                lookup.padding,
                False,
                f"pad id {lookup.padding}, the padding row of {lookup.table.name}; "
                "no attention mask is made from it",
            )
    multiplies = {
        constant: op
        for constant, op, found in masks
        for effect in found
        if effect.kind == "multiply" and (effect.one < effect.zero) == (op == "equal")
    }
    if len(multiplies) == 1:
        constant, op = next(iter(multiplies.items()))
        return Padding(
            constant, False, f"pad id {constant}, since {op}({name}, {constant}) masks a product"
        )
    return None


def _compared(trace: Trace, name: str) -> list[tuple[int, str, list[Effect]]]:
    found = []
    for node, index in trace.readers(name):
        if node.op not in _COMPARES or (node.op == "greater" and index != 0):
            continue
        constant = trace.graph.scalar(trace.origin(node.inputs[1 - index]))
        if constant is not None and constant == int(constant) and constant >= 0:
            does = effects(trace, node.outputs[0], own=frozenset((name,)))
            found.append((int(constant), node.op, does))
    return found
