"""What the two sides make of floats outside of the range that was guessed for them.

Whether such numbers ever come is not known: a difference is told, and is no finding.
"""

from parity.inputs import beyond, guessed
from parity.verify.checks import Ran, Said


def after(ran: Ran) -> Said:
    """A line for each kind of number on which the sides differ."""
    said = ran.signature.said
    inputs = [s for s in ran.signature.inputs if s.name not in said]
    if ran.plan.name != "tensors" or not guessed(inputs) or ran.search.found.failing:
        return Said()
    plain = next((e for e in ran.plan.boundary() if "noise" in e.label), None)
    if plain is None:
        return Said()
    notes = []
    for label, example in beyond(inputs, plain):
        outcome = ran.sides.evaluate(example)
        if outcome.findings:
            notes.append(
                f"beyond the range that was guessed, {label}, they differ, which is no finding: "
                f"{outcome.findings[0]}"
            )
    return Said(notes=tuple(notes))
