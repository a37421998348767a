"""Lints that cost nothing beside a check: weak masks, and constants that FP16 lost.

``parity lint`` has all of them, with those for other machines.
"""

from parity.lint import half, mask
from parity.lint.about import About
from parity.verify.checks import Asked, Said


def before(asked: Asked) -> Said:
    """A line for each warning about the candidate's file."""
    model = asked.request.candidate.model
    if model.format != "onnx":
        return Said()
    about = About(model.program)
    found = [said for lint in (mask, half) for said in lint.look(about) if said.level == "warning"]
    return Said(notes=tuple(f"lint: {s.node}: {s.message}; {s.way_out}" for s in found))
