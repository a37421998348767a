"""How large the open axes of a model may be: wanted, learned from the reference, drawn.

A size that the reference refuses is no input. ``learn`` asks the reference with a few feeds which
sizes it takes, and finds the rule where that is simple; ``Sizes`` holds what came of it.
"""

from parity.inputs.sizes.learn import Answer, Ask, learn
from parity.inputs.sizes.opened import Opened, opened
from parity.inputs.sizes.rule import Rule
from parity.inputs.sizes.sizes import Sizes

__all__ = ["Answer", "Ask", "Opened", "Rule", "Sizes", "learn", "opened"]
